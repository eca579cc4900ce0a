import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createWriterPool, type Pool } from "@/lib/db/pool";
import { Batcher } from "@/lib/ingest/store/batcher";
import { projectSettings } from "@/tests/support/project-settings";
import { isAlive } from "../../scripts/lock.mjs";
import { type RunningPostgres, startPostgres } from "../../scripts/postgres";
import { type Supervision, supervise } from "../../scripts/supervise";
import { makeOperation } from "../support/operation";
import { newDataDir, preparedDataDir } from "./instance";

/** Room for the cluster and a little WAL. */
const DISK_MB = 240;
const folder = newDataDir();
const filler = join(folder, "filler");
let postgres: RunningPostgres | undefined;
let keeper: Supervision | undefined;
let db: Pool | undefined;
let isMounted = false;
afterAll(async () => {
  await db?.end();
  await keeper?.stop();
  await postgres?.stop();
  if (isMounted) execFileSync("umount", ["--lazy", folder]);
});

/** Why the small file system that this test needs cannot be mounted, or null once it is. */
function mount(): string | null {
  if (process.getuid?.() !== 0) return "only root may mount a file system that fills up: run it as root";
  try {
    const options = `size=${DISK_MB}m,mode=711`;
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "full", folder], { encoding: "utf8", stdio: "pipe" });
    isMounted = true;
    return null;
  } catch (error) {
    return `no file system may be mounted here: ${(error as { stderr?: string }).stderr?.trim()}`;
  }
}

const freeBytes = (): number => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};
function fill(): void {
  try {
    for (let free = freeBytes(); free > 0; free = freeBytes())
      writeFileSync(filler, Buffer.alloc(Math.min(free, 2 ** 23), 1), { flag: "a" });
  } catch {} // Postgres took the rest
}

test("a disk without a free byte: nothing acknowledged is lost, and events are stored again once there is room", async (context) => {
  const why = mount();
  if (why !== null) {
    console.warn(`full-disk.test.ts is left out: ${why}`);
    return context.skip(why);
  }
  const { project } = await preparedDataDir(folder);
  const server = await startPostgres({ folder: join(folder, "postgres") });
  postgres = server;
  process.env.DATABASE_URL = server.url;
  process.env.AUTH_SECRET = readFileSync(join(folder, "auth-secret"), "utf8").trim();
  // Postgres exits if its WAL cannot grow; the app restarts it in the same way.
  keeper = supervise({ name: "Postgres", isAlive: () => isAlive(server.pid()), restart: server.restart }, () => {});
  const writer = createWriterPool(server.url);
  db = writer;
  const settings = projectSettings({ id: project.projectId });
  const batcher = new Batcher(() => writer, undefined, 500);
  let at = Date.UTC(2026, 10, 1);
  const acknowledged: string[] = [];
  const sent = new Set<string>();
  /** A batch of large events; whether it was stored. */
  const send = async (): Promise<boolean> => {
    const batch = Array.from({ length: 50 }, (_, i) =>
      makeOperation({
        ts: ++at,
        receivedAt: at,
        anon: `device-${i}`,
        name: "beat",
        properties: { text: crypto.randomUUID().repeat(50) },
      }),
    );
    for (const { id } of batch) sent.add(id);
    const isStored = await batcher.submit(settings, batch).then(
      () => true,
      (error: { code?: string }) => {
        expect(error.code).toBe("unavailable");
        return false;
      },
    );
    if (isStored) acknowledged.push(...batch.map(({ id }) => id));
    return isStored;
  };
  for (let i = 0; i < 10; i++) expect(await send()).toBe(true);
  let refused = 0;
  for (let i = 0; i < 400 && refused < 5; i++) {
    fill();
    if (!(await send())) refused += 1;
  }
  expect(refused).toBe(5);
  rmSync(filler);
  await expect.poll(send, { timeout: 60_000, interval: 200 }).toBe(true);
  const { rows } = await writer.query<{ id: string }>("SELECT id FROM events WHERE project_id = $1", [
    project.projectId,
  ]);
  const stored = new Set(rows.map((row) => row.id));
  expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
  expect(rows.filter((row) => !sent.has(row.id))).toEqual([]);
  expect(stored.size).toBe(rows.length);
}, 300_000);
