import { expect, test } from "vitest";
import { pool, writer } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { changeAccount, changeMerge, eraseAccount, reassign, unassign } from "@/lib/ingest/corrections/accounts";
import { applyBatch } from "@/lib/ingest/store/engine";
import { erase } from "@/lib/privacy/erase";
import { lockFacts } from "@/lib/profiles/facts/facts.store";
import { grantScope } from "@/lib/scope";
import { makeProject } from "@/tests/identity/run";
import { at, described, materialized, operation, rebuild, settle } from "./support";

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
const unlessGone = (error: unknown): void => {
  if (!(error instanceof AppError) || error.code !== "not_found") throw error;
};

test("writers, the job and corrections run concurrently without deadlock, and the result equals a rebuild", async () => {
  const before = await deadlocks();
  const project = await makeProject(writer());
  const scope = grantScope(project.id, "member:test");
  const accounts = ["acme", "beta", "cora", "delta"];
  const message = (i: number) =>
    i % 5 === 0
      ? described(i, accounts[i % 4] as string, { properties: { [`k${i % 3}`]: i } })
      : operation(i, {
          user: `u${i % 7}`,
          anon: `d${i % 5}`,
          groups: [accounts[i % 4], accounts[(i + 1) % 4]] as string[],
        });
  await applyBatch(
    writer(),
    project,
    Array.from({ length: 20 }, (_, i) => message(i)),
  );
  await settle(project);
  const write = async (from: number) => {
    for (let i = from; i < 400; i += 40)
      await applyBatch(
        writer(),
        project,
        Array.from({ length: 10 }, (_, k) => message(i + k)),
      );
  };
  const corrections = async () => {
    for (let i = 0; i < 10; i++) {
      await changeMerge(scope, ["beta", "acme"], i % 2 === 0, at(1_000 + i)).catch(unlessGone);
      await unassign(scope, { ref: `u:u${i % 7}`, accountId: "cora" }, at(1_000 + i)).catch(unlessGone);
      await changeAccount(scope, "acme", { properties: { k: i } }, at(1_000 + i)).catch(unlessGone);
      await reassign(scope, { ref: `u:u${(i + 3) % 7}`, accountId: "cora" }, at(1_000 + i)).catch(unlessGone);
      if (i === 5) await eraseAccount(scope, "delta", at(300)).catch(unlessGone);
    }
  };
  const job = async () => {
    for (let i = 0; i < 4; i++) await settle(project);
  };
  await Promise.all([write(0), write(10), write(20), write(30), corrections(), job(), job()]);
  await settle(project);
  const left = await materialized(project.id);
  expect(left.account_people?.length).toBeGreaterThan(10);
  await rebuild(project.id);
  expect(await materialized(project.id)).toEqual(left);
  expect(await deadlocks()).toBe(before);
});

/** Until so many transactions of this database wait for a lock. */
async function waiting(count: number): Promise<void> {
  for (;;) {
    const { rows } = await pool().query<{ waits: number }>(
      "SELECT count(*)::int AS waits FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    if ((rows[0]?.waits ?? 0) >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("an account and its members are erased at once without deadlock, whichever comes first", async () => {
  for (const accountFirst of [true, false]) {
    const before = await deadlocks();
    const project = await makeProject(pool());
    const scope = grantScope(project.id, "member:test");
    await applyBatch(
      pool(),
      project,
      ["ada", "bob"].map((user, i) => operation(i, { user, anon: "shared", groups: ["acme", "beta"] })),
    );
    await settle(project);
    const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: at(100) };
    const work = [
      () => eraseAccount(scope, "acme", at(100)),
      () => erase(pool(), project, { kind: "u", extId: "ada" }, options),
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
