import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { eraseAccount, reassignPerson, requireAccount, unassignPerson } from "@/lib/ingest/corrections/accounts";
import { erasePerson } from "@/lib/privacy/erase";
import { applyRetention } from "@/lib/privacy/retention";
import { retainedSince, retentionCutoff } from "@/lib/projects/retention";
import { grantScope } from "@/lib/scope";
import { type Random, random, T0 } from "@/tests/identity/generate";
import { resolve } from "@/tests/identity/model";
import { makeModelProject, sendOperations } from "@/tests/identity/run";
import { someCases } from "@/tests/support/cases";
import { accountSequence, asOperation, identitiesIn, observed } from "./journey";
import { type AccountOp, accountsOf, Corrections, personOf } from "./model";
import { applyOperations, DAY_MS, identified, makeEvent, peopleOf, refreshEverything, START } from "./support";

const TWENTY_MINUTES = 20 * 60 * 1000;
const NOW = T0 + 10 * DAY_MS;
const keep = (days: number) => ({ days, byEvent: [] });

/** A random sequence over ten days, in which people are named for accounts, and a property names one. */
function days(seed: number, size: number): AccountOp[] {
  const r = random(seed + 77);
  return accountSequence(seed, size).map((op) => ({ ...op, ts: T0 + r.int(10) * DAY_MS + r.int(4) * TWENTY_MINUTES }));
}

/**
 * Sends everything in random order, with retention in between by limits that only get shorter, and people unassigned;
 * what is expired on arrival is refused. The model gets everything that was accepted.
 */
async function history(r: Random, ops: readonly AccountOp[]) {
  const project = await makeModelProject(pool());
  await pool().query("UPDATE projects SET account_property = 'company' WHERE id = $1", [project.id]);
  const scope = grantScope(project.id, "member:test");
  const corrections = new Corrections();
  const accepted: AccountOp[] = [];
  let limit = 10;
  for (const op of r.shuffle(ops)) {
    if (r.chance(0.15)) {
      limit = Math.max(1, limit - r.int(4));
      await applyRetention(pool(), project.id, keep(limit), NOW);
    }
    if (op.ts < retainedSince(keep(limit), asOperation(op), NOW)) continue;
    accepted.push(op);
    await sendOperations(pool(), project, [asOperation(op)]);
    if (r.chance(0.1)) await unassignOne(scope, r, corrections, accepted, op.ts + accepted.length);
  }
  limit = 1 + r.int(limit);
  await applyRetention(pool(), project.id, keep(limit), NOW);
  await refreshEverything(project, NOW);
  return { project, corrections, accepted, cutoff: retentionCutoff(limit, NOW) };
}

/** A member says that somebody left an account, or did not. */
async function unassignOne(
  scope: ReturnType<typeof grantScope>,
  r: Random,
  corrections: Corrections,
  accepted: readonly AccountOp[],
  ts: number,
): Promise<void> {
  const named = accepted.filter((op) => op.user !== null && !op.edge && !op.describes && op.groups.length > 0);
  if (named.length === 0) return;
  const op = r.pick(named);
  const [user, account] = [op.user as string, op.groups[0] as string];
  await requireAccount(scope, account);
  const isOn = r.chance(0.8);
  const until = T0 + r.int(ts - T0);
  await (isOn ? unassignPerson : reassignPerson)(scope, { ref: `u:${user}`, accountId: account, until }, ts);
  for (const identity of identitiesIn(accepted)(personOf(accepted, user))) {
    const isMember = accepted.some(
      (one) => !one.describes && `a:${one.anon}` === identity && one.user === null && one.groups.includes(account),
    );
    if (identity.startsWith("u:") || isMember) corrections.leave(identity, account, { isOn, until, ts, id: "~" });
  }
}

/**
 * Whose each operation is: as in the model, and on devices before the cut-off as the spans say, of which only the ends
 * of runs are known by then (docs/decisions/0089-retention.md).
 */
async function ownersOf(projectId: string, accepted: readonly AccountOp[], cutoff: number) {
  const { rows } = await pool().query<{ anon: string; user: string | null; from: number; to: number }>(
    `SELECT a.ext_id AS anon, o.ext_id AS user, s.from_ts AS from, s.to_ts AS to FROM spans s
       JOIN identities a ON a.project_id = s.project_id AND a.id = s.stream_id
       LEFT JOIN identities o ON o.project_id = s.project_id AND o.id = s.owner_id
      WHERE s.project_id = $1`,
    [projectId],
  );
  const { owners } = resolve([...accepted]);
  return Object.fromEntries(
    accepted.flatMap((op) => {
      const owner = owners[op.id];
      const isDevices = op.user === null && op.anon !== null && op.ts < cutoff;
      const span = isDevices && rows.find(({ anon, from, to }) => anon === op.anon && from <= op.ts && op.ts < to);
      if (owner === undefined) return [];
      if (!span) return [[op.id, owner]];
      return [[op.id, span.user === null ? `a:${op.anon}` : personOf(accepted, span.user)]];
    }),
  );
}

/** docs/accounts.md M1. */
const SEQUENCES = someCases(4, 8);
test.each(Array.from({ length: 8 }, (_, i) => i))(
  "retention in random histories (series %i) changes no membership, nor when it began or ended",
  async (series) => {
    for (let seed = series * 8; seed < series * 8 + SEQUENCES; seed++) {
      const { project, corrections, accepted, cutoff } = await history(random(seed), days(seed, 30));
      const owners = await ownersOf(project.id, accepted, cutoff);
      const isKept = (person: string) =>
        !person.startsWith("a:") || accepted.some((op) => op.ts >= cutoff && op.active && owners[op.id] === person);
      const memberships = ({ people }: ReturnType<typeof accountsOf>) =>
        Object.entries(people)
          .filter(([key]) => isKept(key.slice(key.indexOf(" ") + 1)))
          .map(([key, { reasons, since, until }]) => `${key} ${reasons} ${when(since)} to ${when(until)}`)
          .sort();
      const expected = memberships(accountsOf(accepted, corrections, identitiesIn(accepted), owners));
      expect(memberships(await observed(pool(), project.id)), `seed ${seed}`).toEqual(expected);
    }
  },
);

const when = (ts: number | null) => (ts === null ? "now" : ((ts - T0) / DAY_MS).toFixed(4));

const keptOf = async (projectId: string): Promise<string[]> => {
  const { rows } = await pool().query<{ text: string }>(
    `SELECT i.ext_id || ' ' || k.source || ' ' || k.account_id AS text FROM account_kept k
       JOIN identities i ON i.project_id = k.project_id AND i.id = k.actor_id
      WHERE k.project_id = $1 ORDER BY k.ts, k.id, 1`,
    [projectId],
  );
  return rows.map(({ text }) => text);
};

const minutes = 24 * 60;
const now = START + 60 * DAY_MS;

test("years of log-ins at one company are kept as two rows, without any address", async () => {
  const project = await makeModelProject(pool());
  await pool().query("UPDATE projects SET account_property = 'company', account_by_domain = true WHERE id = $1", [
    project.id,
  ]);
  const logIn = (day: number, company: string) =>
    identified(day * minutes, "ada", { company, email: `ada@${company}.example` });
  for (let day = 0; day < 20; day++) await applyOperations(project, logIn(day, day < 12 ? "acme" : "beta"));
  await applyRetention(pool(), project.id, keep(30), now);
  expect(await keptOf(project.id)).toEqual([
    "ada domain acme.example",
    "ada property:company acme",
    "ada domain acme.example",
    "ada property:company acme",
    "ada domain beta.example",
    "ada property:company beta",
    "ada domain beta.example",
    "ada property:company beta",
  ]);
  await refreshEverything(project, now);
  expect((await peopleOf(project.id)).map((one) => one.replace(/ \d+$/, ""))).toEqual([
    `acme ada property 0-${12 * minutes}`,
    `acme.example ada domain 0-${12 * minutes}`,
    `beta ada property ${12 * minutes}-`,
    `beta.example ada domain ${12 * minutes}-`,
  ]);
});

test("no evidence is kept of an erased account or person, on their own ids or on a shared device", async () => {
  const project = await makeModelProject(pool());
  await pool().query("UPDATE projects SET account_property = 'company' WHERE id = $1", [project.id]);
  const onDevice = (minute: number, groups: string[]) => makeEvent(minute, { anon: "kiosk", groups });
  await applyOperations(
    project,
    identified(1, "ada", { company: "acme" }),
    identified(2, "ada", { company: "beta" }),
    { ...makeEvent(3, { user: "ada", groups: [] }), anon: "kiosk" },
    onDevice(4, ["gamma"]),
    { ...makeEvent(300, { user: "bob", groups: [] }), anon: "kiosk" },
    onDevice(301, ["delta"]),
    identified(302, "bob", { company: "acme" }),
    identified(303, "bob", { company: "beta" }),
  );
  await applyRetention(pool(), project.id, keep(30), now);
  expect(await keptOf(project.id)).toEqual([
    "ada property:company acme",
    "ada property:company beta",
    "kiosk event gamma",
    "kiosk event delta",
    "bob property:company acme",
    "bob property:company beta",
  ]);
  const options = { suppress: false, dryRun: false, requestedBy: "member:test", now };
  await erasePerson(pool(), project, { kind: "u", extId: "ada" }, options);
  expect(await keptOf(project.id)).toEqual([
    "kiosk event delta",
    "bob property:company acme",
    "bob property:company beta",
  ]);
  await refreshEverything(project, now);
  await eraseAccount(grantScope(project.id, "member:test"), "acme", now);
  expect(await keptOf(project.id)).toEqual(["kiosk event delta", "bob property:company ", "bob property:company beta"]);
  const { rows } = await pool().query("SELECT account_id FROM account_members WHERE project_id = $1", [project.id]);
  expect(rows).toEqual([{ account_id: "delta" }]);
});

test("retention keeps nothing of events that an erasure has hidden but not deleted yet", async () => {
  const project = await makeModelProject(pool());
  const at = (minute: number, user: string) => ({ ...makeEvent(minute, { user }), anon: "kiosk" });
  await applyOperations(
    project,
    at(3, "ada"),
    makeEvent(4, { anon: "kiosk", groups: ["gamma"] }),
    at(300, "bob"),
    makeEvent(301, { anon: "kiosk", groups: ["delta"] }),
  );
  await erasePerson(
    pool(),
    project,
    { kind: "u", extId: "ada" },
    { suppress: false, dryRun: false, requestedBy: "x", now },
  );
  await applyRetention(pool(), project.id, keep(30), now);
  expect(await keptOf(project.id)).toEqual(["kiosk event delta"]);
});
