import { randomBytes } from "node:crypto";
import { TOTP } from "otpauth";
import { beforeEach, expect, test } from "vitest";
import { beginLogIn } from "@/lib/auth/log-ins.store";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { relyingParty } from "@/lib/auth/passkeys/challenge";
import { addPasskey } from "@/lib/auth/passkeys/passkeys.store";
import { beginSecondFactor, confirmSecondFactor } from "@/lib/auth/second-factor.store";
import { startSession } from "@/lib/auth/session";
import { config } from "@/lib/config";
import { prisma } from "@/lib/db/prisma";
import { IDLE } from "@/lib/http/form";
import { entryPoints } from "../../scripts/structure/access";
import { argumentsOf } from "../support/action-arguments";
import { newAuthenticator } from "../support/authenticator";
import { browser } from "../support/browser";

/** Actions that an unlocked browser is not enough for, called with a log-in whose last proof is old. */

const PASSWORD = "correct horse battery";
const OTHER = { password: PASSWORD, name: "Bob", projectName: "Other" };
const NOW = new Date();
let projectId: string;
let member: { id: string; email: string };

let number = 0;
beforeEach(async () => {
  browser.cookies.clear();
  const email = `confirm${++number}@example.com`;
  ({ projectId } = await signUp({ email, password: PASSWORD, name: "Ada", projectName: "Shop" }));
  const found = await verifyCredentials(email, PASSWORD);
  if (!found) throw new Error("they have just signed up");
  member = found;
  await startSession(found, "Chrome");
});

const passMinutes = (minutes: number) =>
  prisma().logIn.updateMany({
    where: { memberId: member.id },
    data: { confirmedAt: new Date(NOW.getTime() - minutes * 60_000) },
  });

const formOf = (fields: Record<string, string>) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
};
const rootOf = new URL("../..", import.meta.url).pathname;
type Called = (...given: unknown[]) => Promise<{ code?: string; status?: string; message?: string }>;
async function action(file: string, name: string): Promise<Called> {
  return (await import(/* @vite-ignore */ `${rootOf}${file}`))[name];
}
const confirmation = async (name: string, fields: Record<string, string> = {}) =>
  (await action("app/(app)/confirm-actions.ts", name))(IDLE, formOf(fields));
const isProved = async () => (await confirmation("checkProofAction")).status === "done";

const FIELDS = {
  role: "owner",
  email: "new@example.com",
  mode: "read",
  name: "New",
  provider: "github",
  expected: "1",
  words: "erase 1 person",
};

test("every action that needs a proof stops an old log-in, and lets a recent one pass", async () => {
  const asking = entryPoints().filter(({ guards }) => guards.includes("requireRecent confirmed recently"));
  expect(asking.length).toBeGreaterThan(20);
  const call = async ({ file, name }: (typeof asking)[number]) => {
    const called = await action(file, name);
    const isForm = called.length >= 1 && !/alerts\/actions/.test(file);
    const fields = { ...FIELDS, projectId, email: name === "deleteAccountAction" ? member.email : FIELDS.email };
    const given = isForm ? [IDLE, formOf(fields)] : argumentsOf(name, projectId);
    return called(...given);
  };
  await passMinutes(16);
  const through: string[] = [];
  Object.assign(config(), { GITHUB_CLIENT_ID: "x", GITHUB_CLIENT_SECRET: "y" });
  // The current password is the proof for a new one; without a password: account.test.ts.
  for (const entry of asking.filter(({ name }) => name !== "changePasswordAction")) {
    const answer = await call(entry);
    if (answer.code !== "unconfirmed") through.push(`${entry.name}: ${JSON.stringify(answer)}`);
  }
  expect(through).toEqual([]);
  await passMinutes(14);
  const key = asking.find(({ name }) => name === "addKey");
  expect(key && (await call(key))).toMatchObject({ status: "done" });
});

test("the member's own password is a proof; a wrong one and another member's are not", async () => {
  await passMinutes(16);
  expect(await confirmation("proveAction", { password: "wrong" })).toMatchObject({ field: "password" });
  expect(await confirmation("proveAction")).toMatchObject({ field: "password" });
  expect(await isProved()).toBe(false);
  expect(await confirmation("proveAction", { password: PASSWORD })).toMatchObject({ status: "done" });
  expect(await isProved()).toBe(true);
});

test("a proof counts for the log-in it was given in, and for no other of the same member", async () => {
  const found = await verifyCredentials(member.email, PASSWORD);
  if (!found) throw new Error("it is their password");
  const other = await beginLogIn(found, "Safari", NOW);
  await passMinutes(16);
  await confirmation("proveAction", { password: PASSWORD });
  const { confirmedAt } = await prisma().logIn.findUniqueOrThrow({ where: { id: other.id } });
  expect(confirmedAt.getTime()).toBeLessThan(NOW.getTime() - 15 * 60_000);
});

test("a code is a proof for members with a second factor, and for nobody else", async () => {
  await passMinutes(16);
  expect(await confirmation("proveAction", { code: "123456" })).toMatchObject({ field: "code" });
  expect(await isProved()).toBe(false);
  const { typed } = await beginSecondFactor(member);
  const app = new TOTP({ secret: typed.replaceAll(" ", "") });
  const enrolledAt = new Date(NOW.getTime() - 60_000);
  await confirmSecondFactor(member.id, app.generate({ timestamp: enrolledAt.getTime() }), enrolledAt);
  expect(await confirmation("waysAction")).toMatchObject({ data: { password: true, code: true, passkey: false } });
  expect(await confirmation("proveAction", { code: "000000" })).toMatchObject({ field: "code" });
  expect(await confirmation("proveAction", { code: app.generate() })).toMatchObject({ status: "done" });
  expect(await isProved()).toBe(true);
});

test("a passkey is a proof for its owner, with a challenge for that, once", async () => {
  browser.headers = new Headers({ host: "127.0.0.1" });
  const party = await relyingParty();
  const [own, others] = [newAuthenticator(party.origin), newAuthenticator(party.origin)];
  const { memberId: other } = await signUp({ ...OTHER, email: `other${number}@example.com` });
  for (const [id, key] of [[member.id, own] as const, [other, others] as const]) {
    const challenge = randomBytes(32).toString("base64url");
    await addPasskey(id, { name: "Key", answer: key.register(challenge), challenge, party }, NOW);
  }
  await passMinutes(16);
  const prove = (answer: string) => confirmation("proveAction", { answer });
  const asked = async (name = "confirmChallengeAction", file = "app/(app)/confirm-actions.ts") =>
    ((await (await action(file, name))(IDLE, formOf({}))) as unknown as { data: { challenge: string } }).data.challenge;
  const refused = { code: "unauthorized" };
  expect(await prove(others.authenticate(await asked()))).toMatchObject(refused);
  const forLogIn = await asked("logInChallengeAction", "app/(auth)/login/passkey-actions.ts");
  expect(await prove(own.authenticate(forLogIn))).toMatchObject(refused);
  expect(await isProved()).toBe(false);
  const answer = own.authenticate(await asked());
  expect(await prove(answer)).toMatchObject({ status: "done" });
  expect(await isProved()).toBe(true);
  expect(browser.cookies.has("throughline-passkey")).toBe(false);
  expect(await prove(answer)).toMatchObject(refused);
});

test("attempts at a proof are limited", async () => {
  await passMinutes(16);
  let answer: Awaited<ReturnType<typeof confirmation>> = {};
  for (let tries = 0; tries <= 21; tries++) answer = await confirmation("proveAction", { password: "wrong" });
  expect(answer).toMatchObject({ code: "rate_limited" });
});
