import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sql from "sql-template-tag";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createPool, endPools, type Pool, pool } from "@/lib/db/pool";
import { endReplica, replicaLag } from "@/lib/db/replica";
import { newId } from "@/lib/ids";
import { readHeavily } from "@/lib/reading/heavy.queries";
import { readingBehind } from "@/lib/reading/reading-behind";
import { grantScope, jobReader, type Scope, SEES_MASKED } from "@/lib/scope";
import { migrate } from "../../scripts/migrate";
import { type RunningPostgres, startPostgres } from "../../scripts/postgres";
import { makeModelProject } from "../identity/run";
import { replicaOf } from "../support/replica";

/** A primary and its streaming replica: two Postgres servers of this file's own, as an operator has them. */
const folder = mkdtempSync(join(tmpdir(), "throughline-replica-"));
const places = { primary: join(folder, "primary"), replica: join(folder, "replica") };
let primary: RunningPostgres;
let replica: RunningPostgres;
let onReplica: Pool;
let now: Scope;
let moment: Scope;

function use(readUrl: string): void {
  Object.assign(process.env, { DATABASE_URL: primary.url, READ_DATABASE_URL: readUrl, READ_MAX_LAG_SECONDS: "2" });
  Reflect.deleteProperty(globalThis, "throughlineConfig");
}

beforeAll(async () => {
  primary = await startPostgres({ folder: places.primary, durable: false });
  await migrate(primary.url);
  replica = await replicaOf(primary, places.primary, places.replica);
  onReplica = createPool(replica.adminUrl, 1);
  use(replica.url);
  now = grantScope((await makeModelProject(pool())).id, "system:test");
  moment = { ...now, mayLag: true };
});

afterAll(async () => {
  await Promise.all([endPools(), endReplica(), onReplica.end()]);
  for (const name of ["throughlinePool", "throughlineWriter"]) Reflect.deleteProperty(globalThis, name);
  await replica.stop();
  await primary.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Where = { where: "replica" | "primary" };
const WHERE = sql`SELECT CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END AS where`;
const heavy = async (scope: Scope) => (await readHeavily<Where>(scope, WHERE)).rows[0]?.where;
const light = async (scope: Scope) => (await readingBehind(scope, (db) => db.query<Where>(WHERE))).rows[0]?.where;
/** Something happens on the primary, as events come in all the time. */
const write = () => pool().query("SELECT pg_logical_emit_message(false, 'test', 'x')");
const until = (where: Where["where"]) =>
  vi.waitFor(
    async () => {
      await write();
      expect(await heavy(moment)).toBe(where);
    },
    { timeout: 30_000, interval: 100 },
  );

test("lists and insights are read from the replica, everything else from the primary", async () => {
  await until("replica");
  expect(await light(moment)).toBe("replica");
  expect(await heavy({ ...moment, sight: SEES_MASKED })).toBe("replica");
  expect([await heavy(now), await light(now)]).toEqual(["primary", "primary"]);
  expect(replicaLag()).toBeLessThan(2);
});

test("a replica that falls behind is not read from until it has caught up", async () => {
  await until("replica");
  await onReplica.query("SELECT pg_wal_replay_pause()");
  await pool().query("UPDATE projects SET name = 'changed'");
  await until("primary");
  expect(replicaLag()).toBeGreaterThan(2);
  const name = async (scope: Scope) =>
    (await readHeavily<{ name: string }>(scope, sql`SELECT name FROM projects WHERE id = ${now.projectId}`)).rows[0]
      ?.name;
  expect(await name(moment)).toBe("changed");
  await onReplica.query("SELECT pg_wal_replay_resume()");
  await until("replica");
});

test("while the replica is unreachable the primary is read, and the replica again once it is back", async () => {
  await until("replica");
  await onReplica.end();
  const reads: Promise<unknown>[] = [];
  const reading = setInterval(() => reads.push(heavy(moment), light(moment)), 20);
  await replica.stop();
  await until("primary");
  clearInterval(reading);
  expect(new Set(await Promise.all(reads))).toContain("primary");
  replica = await startPostgres({ folder: places.replica, durable: false });
  onReplica = createPool(replica.adminUrl, 1);
  await endReplica(); // it has another port now
  use(replica.url);
  await until("replica");
});

test("a database that is no replica of the primary is never read from", async () => {
  await endReplica();
  use(primary.url);
  for (let check = 0; check < 3; check++) {
    expect(await readingBehind({ ...jobReader(newId()), mayLag: true }, async (db) => db === pool())).toBe(true);
    expect(replicaLag()).toBe(Number.POSITIVE_INFINITY);
    await vi.waitFor(write);
  }
});
