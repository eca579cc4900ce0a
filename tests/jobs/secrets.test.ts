import { randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openEndpoint } from "@/lib/alerts/endpoint";
import { invite } from "@/lib/auth/invitations.store";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { tokenOf } from "@/lib/auth/one-time-links";
import { requestReset } from "@/lib/auth/reset.store";
import { hasSecondFactor } from "@/lib/auth/second-factor.queries";
import { beginSecondFactor, confirmSecondFactor, redeemCode } from "@/lib/auth/second-factor.store";
import { requestSignUp } from "@/lib/auth/sign-ups.store";
import { config } from "@/lib/config";
import { type Pool, pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { saltOfDay } from "@/lib/ingest/enrich/daily-salt.store";
import { forgetSecrets, sealSecrets } from "@/lib/jobs/secrets";
import { eraseByRef } from "@/lib/privacy/erase";
import { erasedAt } from "@/lib/privacy/erasures.queries";
import { requireProjectSettings } from "@/lib/projects/clients.store";
import { openEraseKey } from "@/lib/projects/erase.store";
import { createClient } from "@/lib/projects/projects.store";
import { requireReadableKeys } from "@/lib/projects/secrets.store";
import { rotateIdentifySecret } from "@/lib/projects/settings.store";
import { grantScope, grantTeam } from "@/lib/scope";
import { applyEvents, named, watch } from "../alerts/support";

/** A copy of the database lets nobody in: every secret in it is hashed, or sealed with AUTH_SECRET (decision 101). */
const NOW = new Date();
const PASSWORD = "correct horse battery";
const ERASED = "u:erased@example.com";
const FIRST_SECRET = config().AUTH_SECRET;

let projectId: string;
let memberId: string;
let identifySecret: string;
let phone: TOTP;
let recovery: string[];
let alert: { id: string; secret: string };
const scope = () => grantScope(projectId, "system:test");
/** Every secret that was given out, and the bytes behind it. */
const given: [what: string, secret: string | Buffer][] = [];

beforeAll(async () => {
  const made = await signUp({ email: "olga@example.com", password: PASSWORD, name: "Olga", projectName: "Shop" });
  ({ projectId, memberId } = made);
  identifySecret = await rotateIdentifySecret(scope());
  const client = await createClient(scope(), { name: "Billing", mode: "root" });
  const { typed } = await beginSecondFactor({ id: memberId, email: "olga@example.com" });
  const secret = Secret.fromBase32(typed.replaceAll(" ", ""));
  phone = new TOTP({ secret });
  recovery = await confirmSecondFactor(memberId, phone.generate({ timestamp: NOW.getTime() }), NOW);
  const settings = await requireProjectSettings(scope());
  alert = await watch(settings, "https://hooks.example.com/token-in-the-path", {});
  await applyEvents(settings, named("erased@example.com", "Gone"));
  await eraseByRef(scope(), settings, ERASED, { dryRun: false, suppress: false, now: Date.now() });
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId } });
  const invitation = await invite(
    grantTeam(organizationId, memberId, "owner"),
    "O",
    { email: "", role: "viewer" },
    false,
    NOW,
  );
  await requestReset("olga@example.com", NOW);
  const reset = await prisma().oneTimeLink.findFirstOrThrow({ where: { memberId } });
  await requestSignUp(
    { email: "new@example.com", name: "N", password: "tall paper lantern", projectName: "P", invitationId: null },
    NOW,
  );
  const signedUp = await prisma().signUp.findFirstOrThrow();
  const salt = randomBytes(32);
  await saltOfDay(pool(), "2026-11-28", salt);
  const signature = (token: string) => token.split(".").at(-1) ?? "";
  given.push(
    ["password", PASSWORD],
    ["password of a sign-up", "tall paper lantern"],
    ["identify secret", identifySecret],
    ["API secret", client.clientSecret],
    ["API secret of the first key", made.write.clientSecret],
    ["second factor", Buffer.from(secret.buffer)],
    ...recovery.map((code): [string, string] => ["recovery code", code]),
    ["webhook secret", alert.secret],
    ["webhook address", "token-in-the-path"],
    ["daily salt", salt],
    ["invitation", signature(tokenOf("invitation", invitation))],
    ["reset", signature(tokenOf("reset", reset.id))],
    ["sign-up", signature(tokenOf("sign up", signedUp.id))],
  );
});

/** All rows of all tables, or of these, as text; bytes in hexadecimal. */
async function dump(only?: ReadonlySet<string>): Promise<string> {
  const { rows: tables } = await pool().query<{ name: string }>(
    `SELECT quote_ident(n.nspname) || '.' || quote_ident(relname) AS name FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE relkind = 'r' AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    if (only && !only.has(name.slice(name.indexOf(".") + 1))) continue;
    const { rows } = await pool().query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
    texts.push(...rows.map(({ row }) => row));
  }
  return texts.join("\n");
}

/** The ways in which a secret could stand in a dump. */
const formsOf = (secret: string | Buffer): string[] => {
  const bytes = Buffer.from(secret as string);
  const forms = [bytes.toString("hex"), bytes.toString("base64"), bytes.toString("base64url")];
  return typeof secret === "string" ? [secret, ...forms] : forms;
};

async function expectNothingIn(text: string): Promise<void> {
  for (const [what, secret] of given)
    for (const form of formsOf(secret)) expect(text.includes(form), `${what} in the database`).toBe(false);
}

const eraseKey = async () => (await prisma().project.findUniqueOrThrow({ where: { id: projectId } })).eraseKey;
let tries = 0;
/** Each time a later code: every one is valid once. */
const codeWorks = () => {
  const at = new Date(NOW.getTime() + ++tries * 60_000);
  return redeemCode(memberId, phone.generate({ timestamp: at.getTime() }), at);
};

async function expectAllOpen(): Promise<void> {
  expect((await requireProjectSettings(scope())).identifySecret).toBe(identifySecret);
  expect(await erasedAt(scope(), ERASED)).not.toBeNull();
  expect(await erasedAt(scope(), "u:somebody-else")).toBeNull();
  expect(await codeWorks()).toBe(true);
  const { endpoint } = await prisma().alert.findFirstOrThrow({ where: { id: alert.id } });
  expect(openEndpoint(alert.id, endpoint as Uint8Array)?.secret).toBe(alert.secret);
  await requireReadableKeys(pool());
}

beforeEach(() => Object.assign(config(), { AUTH_SECRET: FIRST_SECRET, OLD_AUTH_SECRET: "" }));
afterEach(() => Object.assign(config(), { AUTH_SECRET: FIRST_SECRET, OLD_AUTH_SECRET: "" }));

test("a copy of the database contains no secret in any form", async () => {
  await expectNothingIn(await dump());
  expect(await eraseKey()).toMatch(/^sealed:/);
  await expectAllOpen();
});

test("secrets that an older version stored in plain text still work, and are sealed", async () => {
  const plain = "b7d1f0aa-old-erase-key";
  await prisma().project.update({ where: { id: projectId }, data: { identifySecret, eraseKey: plain } });
  expect((await requireProjectSettings(scope())).identifySecret).toBe(identifySecret);
  await expect(expectNothingIn(await dump())).rejects.toThrow("identify secret");
  const settings = await requireProjectSettings(scope());
  await applyEvents(settings, named("later@example.com", "Later"));
  await eraseByRef(scope(), settings, "u:later@example.com", { dryRun: false, suppress: false, now: Date.now() });
  expect(await sealSecrets()).toEqual({ unreadable: 0 });
  const text = await dump();
  await expectNothingIn(text);
  expect(text).not.toContain(plain);
  expect((await requireProjectSettings(scope())).identifySecret).toBe(identifySecret);
  expect(await erasedAt(scope(), "u:later@example.com")).not.toBeNull();
  // The first erasure was recorded under the key that this test replaced.
  await applyEvents(settings, named("erased@example.com", "Gone"));
  await eraseByRef(scope(), settings, ERASED, { dryRun: false, suppress: false, now: Date.now() });
});

test("a database that goes away meanwhile is not taken for a wrong AUTH_SECRET", async () => {
  const plain = { identifySecret, eraseKey: openEraseKey(projectId, await eraseKey()) };
  await prisma().project.update({ where: { id: projectId }, data: plain });
  const query = async (statement: { text: string }) => {
    if (statement.text.includes("UPDATE")) throw new Error("timeout exceeded when trying to connect");
    return pool().query(statement.text, (statement as { values?: unknown[] }).values);
  };
  await expect(sealSecrets({ query } as unknown as Pool)).rejects.toThrow("timeout exceeded");
  expect(await sealSecrets()).toEqual({ unreadable: 0 });
  await expectAllOpen();
});

test("AUTH_SECRET is changed without losing anything: the old one opens, until everything is sealed again", async () => {
  Object.assign(config(), { AUTH_SECRET: "the secret of today, long enough", OLD_AUTH_SECRET: FIRST_SECRET });
  await expectAllOpen();
  expect(await sealSecrets()).toEqual({ unreadable: 0 });
  const sealed = await eraseKey();
  expect(await sealSecrets()).toEqual({ unreadable: 0 });
  expect(await eraseKey(), "sealed again once").toBe(sealed);
  Object.assign(config(), { OLD_AUTH_SECRET: "" });
  await expectAllOpen();
  expect(await redeemCode(memberId, recovery[0] ?? "", NOW)).toBe(true);
  expect(await redeemCode(memberId, recovery[0] ?? "", NOW)).toBe(false);
  await expectNothingIn(await dump());
  // And back, for the tests that follow.
  Object.assign(config(), { AUTH_SECRET: FIRST_SECRET, OLD_AUTH_SECRET: "the secret of today, long enough" });
  expect(await sealSecrets()).toEqual({ unreadable: 0 });
});

test("with a wrong AUTH_SECRET nobody gets in, and the server says what to do", async () => {
  Object.assign(config(), { AUTH_SECRET: "another one, also long enough" });
  await expect(requireReadableKeys(pool())).rejects.toThrow("OLD_AUTH_SECRET");
  expect((await requireProjectSettings(scope())).identifySecret).not.toBe(identifySecret);
  await expect(erasedAt(scope(), ERASED)).rejects.toThrow();
  await expect(codeWorks()).rejects.toThrow();
  // Other tables may be written in the background meanwhile.
  const sealed = new Set(
    Object.keys(COLUMNS).flatMap((column) => (COLUMNS[column] === "sealed" ? column.split(".", 1) : [])),
  );
  const before = await dump(sealed);
  expect(before).not.toBe("");
  expect(await sealSecrets()).toEqual({ unreadable: 3 });
  expect(await dump(sealed)).toBe(before);
  // Today's visitors are counted again rather than not at all.
  const salt = randomBytes(32);
  expect(await saltOfDay(pool(), "2026-11-28", salt)).toEqual(salt);
});

test("only the operator can give up a lost AUTH_SECRET", async () => {
  expect(await forgetSecrets(pool())).toEqual({ projects: 0, members: 0 });
  Object.assign(config(), { AUTH_SECRET: "another one, also long enough" });
  expect(await forgetSecrets(pool())).toEqual({ projects: 1, members: 1 });
  await requireReadableKeys(pool());
  expect(await hasSecondFactor(memberId)).toBe(false);
  expect(await verifyCredentials("olga@example.com", PASSWORD)).not.toBeNull();
});

/** How each column is kept whose name sounds like a secret; a new one has to be added here. */
const COLUMNS: Record<string, string> = {
  "alerts.endpoint": "sealed",
  "clients.old_secret_hash": "hash of 256 random bits",
  "clients.old_secret_until": "a time",
  "clients.secret_hash": "hash of 256 random bits",
  "erased_ids.id_hash": "keyed hash",
  "members.password_hash": "argon2id",
  "passkeys.public_key": "public",
  "projects.erase_key": "sealed",
  "projects.identify_secret": "sealed",
  "salts.salt": "sealed, gone after two days",
  "second_factors.recovery": "keyed hashes",
  "second_factors.secret": "sealed",
  "sign_ups.password_hash": "argon2id",
  "spent_challenges.challenge": "used up",
};

test("every column that sounds like a secret is listed above", async () => {
  const { rows } = await pool().query<{ name: string }>(`
    SELECT table_name || '.' || column_name AS name FROM information_schema.columns
     WHERE table_schema = current_schema() AND table_name NOT LIKE 'masked\\_%'
       AND (column_name ~ 'secret|token|password|salt|hash|endpoint|challenge|recovery|credential'
            OR column_name IN ('erase_key', 'public_key', 'private_key', 'api_key') OR data_type = 'bytea')
     ORDER BY 1`);
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(COLUMNS).toSorted());
});
