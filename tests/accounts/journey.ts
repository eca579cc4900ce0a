import type pg from "pg";
import type { Operation } from "@/lib/events/operation";
import {
  changeAccountMerge,
  eraseAccount,
  reassignPerson,
  requireAccount,
  unassignPerson,
} from "@/lib/ingest/corrections/accounts";
import { Batcher } from "@/lib/ingest/store/batcher";
import { grantScope, type Scope } from "@/lib/scope";
import { batches, type Random, random, sequence, T0, toOperation } from "@/tests/identity/generate";
import { spansOf } from "@/tests/identity/model";
import { makeModelProject } from "@/tests/identity/run";
import { type AccountOp, type AccountView, accountsOf, Corrections, personOf } from "./model";
import { materialized, rebuild, refreshEverything } from "./support";

const ACCOUNTS = ["acme", "beta", "cora", "delta", "echo"];
const TYPES = ["company", "company", "team"];

/** A random sequence of tests/identity in which events name accounts, some describe them, and a property names one. */
export function accountSequence(seed: number, size: number): AccountOp[] {
  const r = random(seed ^ 0x3c6ef372);
  return sequence(seed, size).map((op): AccountOp => {
    const plain = { ...op, groups: [] };
    if (op.edge) return plain;
    const some = r.shuffle(ACCOUNTS).slice(0, 1 + r.int(2));
    const kind = r.int(10);
    if (kind < 4) return { ...plain, groups: some };
    if (kind < 5) {
      const properties = { [r.pick(["plan", "seats"])]: r.pick([null, 1, "pro", "free"]) };
      const describes = r.chance(0.5) ? { type: r.pick(TYPES) } : { properties };
      return { ...plain, active: false, claim: false, changes: [], groups: some.slice(0, 1), describes };
    }
    if (kind < 7 && op.user !== null)
      return { ...plain, active: true, changes: [], company: r.pick([...ACCOUNTS, null]) };
    return plain;
  });
}

/** An operation of the model as parsing would hand it to the engine. */
export function asOperation(op: AccountOp): Operation {
  const operation = { ...toOperation(op), groups: op.groups };
  if (op.describes) return { ...operation, kind: "group", name: "group", properties: op.describes };
  if (op.company !== undefined)
    return {
      ...operation,
      kind: "identify",
      name: "identify",
      properties: { company: op.company },
      changes: [{ mode: "set", key: "company", value: op.company }],
    };
  return op.groups.length > 0 && !op.active ? { ...operation, kind: "group", name: "assign_group" } : operation;
}

/** Which identities a person has, by the operations that arrived. */
export const identitiesIn =
  (ops: readonly AccountOp[]) =>
  (owner: string): Set<string> => {
    if (owner.startsWith("a:")) return new Set([owner]);
    const users = owner.split("+");
    const streams = [...new Set(ops.flatMap(({ anon }) => (anon === null ? [] : [anon])))];
    const own = streams.filter((anon) =>
      spansOf([...ops], anon).some((span) => span.owner !== null && users.includes(span.owner)),
    );
    return new Set([...users.map((user) => `u:${user}`), ...own.map((anon) => `a:${anon}`)]);
  };

/**
 * A random sequence in rounds and batches with replays, with people unassigned and accounts merged, split and erased in
 * between; compares the job's result with the model after some of the rounds, and with a rebuild at the end. [] if
 * everything matches.
 */
export async function accountJourney(db: pg.Pool, seed: number, size: number): Promise<string[]> {
  const r = random(seed ^ 0x1b873593);
  const ops = accountSequence(seed, size);
  const project = await makeModelProject(db);
  await db.query("UPDATE projects SET account_property = 'company' WHERE id = $1", [project.id]);
  const scope = grantScope(project.id, "member:test");
  const corrections = new Corrections();
  const arrived: AccountOp[] = [];
  const rounds = 2 + r.int(3);
  const newest = Math.max(...ops.map((op) => op.ts));
  const log: string[] = [];
  // Anything after a correction has a later time; older data may still arrive later.
  const ends = Array.from({ length: rounds }, (_, i) => T0 + Math.floor(((newest - T0) * (i + 1)) / rounds));
  const placed = ops.map((op) => {
    const earliest = ends.findIndex((end) => op.ts <= end);
    const first = earliest === -1 ? rounds - 1 : earliest;
    return { op, round: r.chance(0.3) ? first + r.int(rounds - first) : first };
  });
  for (let round = 0; round < rounds; round++) {
    const sent = placed
      .filter((one) => one.round === round || (one.round < round && r.chance(0.2)))
      .map(({ op }) => op);
    const batcher = new Batcher(() => db);
    for (const batch of batches(r, sent)) await batcher.submit(project, batch.map(asOperation));
    arrived.push(...sent);
    if (r.chance(0.5)) await refreshEverything(project, newest + 1);
    if (round < rounds - 1)
      for (let i = 0; i < 3; i++)
        log.push(await correctOne(scope, r, corrections, arrived, (ends[round] as number) + i));
  }
  await refreshEverything(project, newest + 1);
  const found = differences(accountsOf(arrived, corrections, identitiesIn(arrived)), await observed(db, project.id));
  const before = await materialized(project.id);
  await rebuild(project.id, newest + 1);
  const after = await materialized(project.id);
  for (const [table, rows] of Object.entries(before))
    found.push(...changesOf(rows, after[table] ?? []).map((change) => `${table} differs from a rebuild: ${change}`));
  return found.length === 0 ? [] : [`after ${log.join(", ")}`, ...found];
}

/** The rows that only one of two tables has, as JSON. */
function changesOf(before: readonly unknown[], after: readonly unknown[]): string[] {
  const [had, has] = [before, after].map((rows) => new Set(rows.map((row) => JSON.stringify(row))));
  const only = (rows: Set<string> = new Set(), others: Set<string> = new Set()) =>
    [...rows].filter((row) => !others.has(row));
  return [...only(had, has).map((row) => `was ${row}`), ...only(has, had).map((row) => `is ${row}`)];
}

/** One random correction at `now` (ms), in the database and in the model; returns its description. */
async function correctOne(
  scope: Scope<"manage">,
  r: Random,
  corrections: Corrections,
  arrived: readonly AccountOp[],
  now: number,
): Promise<string> {
  const account = r.pick(ACCOUNTS);
  const other = r.pick(ACCOUNTS);
  const isKnown = async (id: string) =>
    requireAccount(scope, id).then(
      () => true,
      () => false,
    );
  if (!(await isKnown(account))) return "nothing";
  const choice = r.int(10);
  if (choice < 5) {
    const user = r.pick([...new Set(arrived.flatMap((op) => (op.edge ? [] : (op.user ?? []))))].sort());
    if (user === undefined) return "nothing";
    const isOn = r.chance(0.75);
    const until = T0 + r.int(now - T0 + 1);
    const identities = identitiesIn(arrived)(personOf(arrived, user));
    await (isOn ? unassignPerson : reassignPerson)(scope, { ref: `u:${user}`, accountId: account, until }, now);
    for (const id of corrections.idsOf(account))
      for (const identity of identities) {
        const isMember = arrived.some(
          (op) =>
            !op.describes &&
            `a:${op.anon}` === identity &&
            op.user === null &&
            op.groups.includes(id) &&
            !corrections.isErased(id, op.ts),
        );
        if (identity.startsWith("u:") || isMember) corrections.leave(identity, id, { isOn, until, ts: now, id: "~" });
      }
    return `${isOn ? "unassign" : "reassign"} ${user} ${account}`;
  }
  if (choice < 9) {
    if (other === account || !(await isKnown(other))) return "nothing";
    const isOn = r.chance(0.6);
    await changeAccountMerge(scope, [account, other], isOn, now);
    corrections.merge(account, other, { isOn, ts: now, id: "~" });
    return `${isOn ? "merge" : "unmerge"} ${account} ${other}`;
  }
  await eraseAccount(scope, account, now);
  corrections.erase(account, now);
  return `erase ${account}`;
}

/** The content of the tables in the model's form. */
export async function observed(db: pg.Pool, projectId: string): Promise<AccountView> {
  const { rows: ids } = await db.query(
    "SELECT id, kind, ext_id, profile_id FROM identities WHERE project_id = $1 ORDER BY ext_id",
    [projectId],
  );
  const nameOf = (person: number): string =>
    person < 0
      ? `a:${ids.find((row) => row.id === -person)?.ext_id}`
      : ids
          .filter((row) => row.kind === "u" && row.profile_id === person)
          .map((row) => row.ext_id)
          .sort()
          .join("+");
  const { rows: people } = await db.query(
    "SELECT account_id, person, reasons, since, until, events FROM account_people WHERE project_id = $1",
    [projectId],
  );
  const { rows: accounts } = await db.query(
    "SELECT account_id, type, properties FROM account_facts WHERE project_id = $1",
    [projectId],
  );
  return {
    people: Object.fromEntries(
      people.map((row) => [
        `${row.account_id} ${nameOf(row.person)}`,
        { reasons: [...row.reasons].sort().join(), since: row.since, until: row.until, events: row.events },
      ]),
    ),
    accounts: Object.fromEntries(
      accounts.map((row) => [row.account_id, { type: row.type, properties: row.properties }]),
    ),
  };
}

function differences(expected: AccountView, actual: AccountView): string[] {
  const out: string[] = [];
  for (const part of ["people", "accounts"] as const)
    for (const key of new Set([...Object.keys(expected[part]), ...Object.keys(actual[part])])) {
      const [want, have] = [stable(expected[part][key]), stable(actual[part][key])];
      if (want !== have) out.push(`${part} ${key}: ${have}, not ${want}`);
    }
  return out;
}

const stable = (value: unknown): string =>
  JSON.stringify(value, (_, inner) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? "nothing";
