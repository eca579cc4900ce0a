import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPool, createWriterPool, type Pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { Batcher } from "@/lib/ingest/store/batcher";
import type { ProjectSettings } from "@/lib/projects/settings";
import { migrate } from "@/scripts/migrate";
import { type RunningPostgres, startPostgres } from "@/scripts/postgres";
import { makeModelProject } from "../identity/run";
import { clusterParent } from "../support/cluster-parent";
import { type Line, openLine } from "../support/line";
import { makeOperation } from "../support/operation";
import { signalTree } from "../support/process-tree";
import { queryNode, replicaOf, waitForReplica } from "../support/replica";

/** Two servers of this file's own: a primary and its synchronous replica. */
const parent = mkdtempSync(join(clusterParent(), "throughline-failover-"));
let primary: RunningPostgres;
let replica: RunningPostgres;
let line: Line;
let db: Pool;
let project: ProjectSettings;
beforeAll(async () => {
  const from = join(parent, "primary");
  primary = await startPostgres({ folder: from });
  await migrate(primary.url);
  replica = await replicaOf(primary, from, join(parent, "replica"));
  await waitForReplica(primary);
  line = await openLine(primary.url);
  db = createWriterPool(line.url);
  project = await makeModelProject(db);
});
afterAll(async () => {
  await db.end();
  await line.close();
  await replica.stop();
  await primary.stop();
  rmSync(parent, { recursive: true, force: true });
});

let at = Date.UTC(2026, 10, 1);
const event = (): Operation => makeOperation({ ts: ++at, receivedAt: at, anon: "device", name: "beat" });
const SENDERS = 4;

/** Sends one event after the other, each until it is acknowledged. */
async function stream(batcher: Batcher, isOver: () => boolean): Promise<string[]> {
  const acknowledged: string[] = [];
  while (!isOver()) {
    const operation = event();
    const isStored = () =>
      batcher.submit(project, [operation]).then(
        () => true,
        () => false,
      );
    while (!(await isStored())) await sleep(50);
    acknowledged.push(operation.id);
  }
  return acknowledged;
}

test("failover to a synchronous replica: every acknowledged event is there, once, and senders recover by themselves", async () => {
  const batcher = new Batcher(() => db);
  let isOver = false;
  const streams = Array.from({ length: SENDERS }, () => stream(batcher, () => isOver));
  await sleep(500);
  expect(await queryNode(primary.adminUrl, "SELECT sync_state FROM pg_stat_replication")).toEqual([
    { sync_state: "sync" },
  ]);
  signalTree(primary.pid(), "SIGKILL");
  const before = at;
  await sleep(300);
  await queryNode(replica.adminUrl, "SELECT pg_promote(true)");
  line.lead(replica.url);
  await expect.poll(() => at, { timeout: 30_000 }).toBeGreaterThan(before + 10 * SENDERS);
  isOver = true;
  const acknowledged = (await Promise.all(streams)).flat();
  const promoted = createPool(replica.url, 1);
  const { rows } = await promoted.query<{ id: string }>("SELECT id FROM events WHERE project_id = $1", [project.id]);
  await promoted.end();
  expect(rows.map((row) => row.id).sort()).toEqual(acknowledged.sort());
});
