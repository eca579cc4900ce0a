import { expect, test } from "vitest";
import { pool, transaction, writerPool } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import {
  changeAccount,
  changeAccountMerge,
  eraseAccount,
  reassignPerson,
  unassignPerson,
} from "@/lib/ingest/corrections/accounts";
import { applyBatch } from "@/lib/ingest/store/engine";
import { addAccountNote } from "@/lib/notes/account-notes.store";
import { addNote } from "@/lib/notes/notes.store";
import { setAccountExcluded, setPersonExcluded } from "@/lib/own-team/exclude";
import { erasePerson } from "@/lib/privacy/erase";
import { lockFacts } from "@/lib/profiles/profiles.store";
import { storeOutcomes } from "@/lib/risk/outcomes.store";
import { grantScope, type Scope } from "@/lib/scope";
import { makeModelProject } from "@/tests/identity/run";
import { onNodes } from "../support/citus";
import { atMinute, described, makeEvent, materialized, rebuild, refreshEverything } from "./support";

const deadlocks = async (): Promise<number> => {
  await pool()
    .query("SELECT pg_stat_force_next_flush()")
    .catch(() => {});
  const { rows } = await pool().query<{ deadlocks: number }>(
    "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
  );
  return rows[0]?.deadlocks ?? 0;
};

/** Ignores failures because an account does not exist yet or was erased. */
const ignoreNotFound = (error: unknown): void => {
  if (!(error instanceof AppError) || error.code !== "not_found") throw error;
};

test("writers, the job and corrections run concurrently without deadlock, and the result equals a rebuild", async () => {
  const before = await deadlocks();
  const project = await makeModelProject(writerPool());
  const scope = grantScope(project.id, "member:test");
  const accounts = ["acme", "beta", "cora", "delta"];
  const message = (i: number) =>
    i % 5 === 0
      ? described(i, accounts[i % 4] as string, { properties: { [`k${i % 3}`]: i } })
      : makeEvent(i, {
          user: `u${i % 7}`,
          anon: `d${i % 5}`,
          groups: [accounts[i % 4], accounts[(i + 1) % 4]] as string[],
        });
  await applyBatch(
    writerPool(),
    project,
    Array.from({ length: 20 }, (_, i) => message(i)),
  );
  await refreshEverything(project);
  const write = async (from: number) => {
    for (let i = from; i < 400; i += 40)
      await applyBatch(
        writerPool(),
        project,
        Array.from({ length: 10 }, (_, k) => message(i + k)),
      );
  };
  const corrections = async () => {
    for (let i = 0; i < 10; i++) {
      await changeAccountMerge(scope, ["beta", "acme"], i % 2 === 0, atMinute(1_000 + i)).catch(ignoreNotFound);
      await unassignPerson(scope, { ref: `u:u${i % 7}`, accountId: "cora" }, atMinute(1_000 + i)).catch(ignoreNotFound);
      await changeAccount(scope, "acme", { properties: { k: i } }, atMinute(1_000 + i)).catch(ignoreNotFound);
      await reassignPerson(scope, { ref: `u:u${(i + 3) % 7}`, accountId: "cora" }, atMinute(1_000 + i)).catch(
        ignoreNotFound,
      );
      if (i === 5) await eraseAccount(scope, "delta", atMinute(300)).catch(ignoreNotFound);
    }
  };
  const job = async () => {
    for (let i = 0; i < 4; i++) await refreshEverything(project);
  };
  await Promise.all([write(0), write(10), write(20), write(30), corrections(), job(), job()]);
  await refreshEverything(project);
  const left = await materialized(project.id);
  expect(left.account_people?.length).toBeGreaterThan(10);
  await rebuild(project.id);
  expect(await materialized(project.id)).toEqual(left);
  expect(await deadlocks()).toBe(before);
});

/** Until so many transactions of this database wait for a lock. */
async function waiting(count: number): Promise<void> {
  for (;;) {
    const waits = await onNodes(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    if (waits.length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("an account and its members are erased at once without deadlock, whichever comes first", async () => {
  for (const accountFirst of [true, false]) {
    const before = await deadlocks();
    const project = await makeModelProject(pool());
    const scope = grantScope(project.id, "member:test");
    await applyBatch(
      pool(),
      project,
      ["ada", "bob"].map((user, i) => makeEvent(i, { user, anon: "shared", groups: ["acme", "beta"] })),
    );
    await refreshEverything(project);
    const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: atMinute(100) };
    const work = [
      () => eraseAccount(scope, "acme", atMinute(100)),
      () => erasePerson(pool(), project, { kind: "u", extId: "ada" }, options),
    ];
    // A job in the middle of its turn makes them queue up in this order.
    const job = await pool().connect();
    await job.query("BEGIN");
    await lockFacts(job, project.id);
    const running: Promise<unknown>[] = [];
    for (const one of accountFirst ? work : work.toReversed()) {
      running.push(one());
      await waiting(running.length);
    }
    await job.query("COMMIT");
    job.release();
    await Promise.all(running);
    expect(await deadlocks()).toBe(before);
    const { rows } = await pool().query(
      "SELECT DISTINCT account_id FROM account_members WHERE project_id = $1 ORDER BY 1",
      [project.id],
    );
    expect(rows).toEqual([{ account_id: "beta" }]);
  }
});

const note = { authorId: newId(), body: "secret", members: [], now: atMinute(90) };
const ACME: [string, (scope: Scope<"manage">) => Promise<unknown>][] = [
  ["a note", (scope) => addAccountNote(scope, "acme", note)],
  ["a merge", (scope) => changeAccountMerge(scope, ["acme", "beta"], true, atMinute(90))],
  ["the end of a membership", (scope) => unassignPerson(scope, { ref: "u:bob", accountId: "acme" }, atMinute(90))],
  ["the own team", (scope) => setAccountExcluded(scope, "acme", true)],
];
const ADA: typeof ACME = [
  ["a note", (scope) => addNote(scope, "u:ada", note)],
  ["the end of a membership", (scope) => unassignPerson(scope, { ref: "u:ada", accountId: "acme" }, atMinute(90))],
  ["the own team", (scope) => setPersonExcluded(scope, "u:ada", true)],
];

test.each([
  ...ACME.map(([what, write]) => ["an account", what, write] as const),
  ...ADA.map(([what, write]) => ["a person", what, write] as const),
])("while %s is being erased, %s is not written", async (who, _, write) => {
  const project = await makeModelProject(pool());
  const scope = grantScope(project.id, "member:test");
  const isAccount = who === "an account";
  const seen = ["ada", "bob"].map((user, i) => makeEvent(i, { user, groups: ["acme", "beta"] }));
  await applyBatch(pool(), project, seen);
  await refreshEverything(project);
  const of = ["account_notes", "notes", "account_aliases", "account_left"];
  const written = async () => {
    const tables = of.map((table) => `SELECT '${table}' AS at FROM ${table} WHERE project_id = $1`);
    const listed = "SELECT unnest(internal_people || internal_accounts) FROM projects WHERE id = $1";
    return (await pool().query(`${tables.join(" UNION ALL ")} UNION ALL ${listed}`, [project.id])).rows;
  };
  const { rows } = await pool().query<{ id: string }>(
    `INSERT INTO risk_outcomes (project_id, subject, ago, id, probability, flagged, away)
     SELECT $1, $2, 30, CASE $2 WHEN 'accounts' THEN 'acme' ELSE i.profile_id::text END, 0.5, false, false
       FROM identities i WHERE i.project_id = $1 AND i.ext_id = 'ada' RETURNING id`,
    [project.id, isAccount ? "accounts" : "people"],
  );
  expect(rows).toHaveLength(1);
  // The erasure stops at one of its last rows.
  const blocker = await pool().connect();
  await blocker.query("BEGIN");
  await blocker.query("SELECT FROM risk_outcomes WHERE project_id = $1 FOR UPDATE", [project.id]);
  const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: atMinute(100) };
  const erasing = isAccount
    ? eraseAccount(scope, "acme", atMinute(100))
    : erasePerson(pool(), project, { kind: "u", extId: "ada" }, options);
  await waiting(1);
  const outcome = write(scope).then(
    () => "written",
    (error: unknown) => (error instanceof AppError ? error.code : error),
  );
  await Promise.race([waiting(2), outcome]);
  await blocker.query("COMMIT");
  blocker.release();
  await erasing;
  expect(await outcome).toBe("not_found");
  expect(await written()).toEqual([]);
});

test("a track record computed before an erasure names nobody erased", async () => {
  const project = await makeModelProject(pool());
  await applyBatch(pool(), project, [makeEvent(0, { user: "ada", groups: ["acme"] })]);
  await refreshEverything(project);
  const one = { ago: 30, probability: 0.5, flagged: true, away: true };
  const { rows } = await pool().query<{ id: string }>(
    "SELECT person::text AS id FROM profile_facts WHERE project_id = $1",
    [project.id],
  );
  const outcomes = [
    { ...one, subject: "people" as const, id: rows[0]?.id ?? "" },
    { ...one, subject: "people" as const, id: "123456789" },
    { ...one, subject: "accounts" as const, id: "acme" },
    { ...one, subject: "accounts" as const, id: "erased" },
  ];
  await transaction(pool(), (tx) => storeOutcomes(tx, project.id, outcomes));
  const kept = await pool().query<{ id: string }>("SELECT id FROM risk_outcomes WHERE project_id = $1 ORDER BY 1", [
    project.id,
  ]);
  expect(kept.rows.map(({ id }) => id)).toEqual([rows[0]?.id, "acme"].sort());
});
