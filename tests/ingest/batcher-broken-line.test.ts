import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, inject, test } from "vitest";
import { createWriterPool, type Pool, pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { Batcher } from "@/lib/ingest/store/batcher";
import type { ProjectSettings } from "@/lib/projects/settings";
import { batches, random, sequence, toOperation } from "../identity/generate";
import { compareWithModel, makeModelProject } from "../identity/run";
import { testDatabase } from "../support/database";
import { type Line, type Mode, openLine } from "../support/line";
import { makeOperation } from "../support/operation";

let line: Line;
let db: Pool;
let batcher: Batcher;
let project: ProjectSettings;
beforeAll(async () => {
  line = await openLine(testDatabase().url);
  db = createWriterPool(line.url);
  batcher = new Batcher(() => db);
  project = await makeModelProject(pool());
});
afterEach(() => line.set("pass"));
afterAll(async () => {
  await db.end();
  await line.close();
});

let at = Date.UTC(2026, 10, 1);
const event = (name: string, of: Partial<Operation> = {}): Operation =>
  makeOperation({ ts: ++at, receivedAt: at, anon: "device", name, ...of });
const stored = async (name: string): Promise<number> =>
  (await pool().query("SELECT FROM events WHERE project_id = $1 AND name = $2", [project.id, name])).rowCount ?? 0;

test.each<Mode>(["cut after commit", "cut before commit"])(
  "a connection %s: answered as stored, and stored once, although its sender does not retry",
  async (mode) => {
    await batcher.submit(project, [event("first")]); // so that the next batch is one transaction
    const before = line.cuts();
    line.set(mode, 1);
    const outcomes = await batcher.submit(project, [event(mode), event(mode)]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(
      mode === "cut after commit" ? ["duplicate", "duplicate"] : ["accepted", "accepted"],
    );
    expect(line.cuts() - before).toBe(1);
    expect(await stored(mode)).toBe(2);
  },
);

test("random identity sequences over a line that breaks at random commits match the model", async () => {
  for (let seed = 31_000; seed < 31_003; seed++) {
    const r = random(seed);
    const ops = sequence(seed, 60);
    const owner = await makeModelProject(pool());
    const before = line.cuts();
    for (const batch of batches(r, ops)) {
      if (r.chance(0.5)) line.set(r.chance(0.5) ? "cut after commit" : "cut before commit", 1);
      await batcher.submit(
        owner,
        batch.map((op) => toOperation(op)),
      );
    }
    line.set("pass");
    expect(line.cuts()).toBeGreaterThan(before);
    expect(await compareWithModel(pool(), owner, ops), `seed ${seed}`).toEqual([]);
  }
});

test("senders get 503 while the database stays unreachable, and what waits is stored once it is back", async () => {
  const impatient = new Batcher(() => db, undefined, 300);
  line.set("cut after commit", 1);
  const answer = impatient.submit(project, [event("away")]);
  await expect.poll(() => line.cuts(), { interval: 5 }).toBeGreaterThan(0);
  line.set("refuse");
  await expect(answer).rejects.toMatchObject({ code: "unavailable", retryAfterSeconds: expect.any(Number) });
  line.set("pass");
  await batcher.submit(project, [event("back")]);
  expect(await stored("back")).toBe(1);
});

test("a Postgres that stops answering ends the batch in time, and its connections are closed", async () => {
  const frozen = createWriterPool(line.url, 5, { patienceMs: 400 });
  const own = new Batcher(() => frozen, undefined, 300);
  try {
    await own.submit(project, [event("flows")]);
    line.set("hang");
    await expect(own.submit(project, [event("hangs")])).rejects.toMatchObject({ code: "unavailable" });
    line.set("pass");
    await own.submit(project, [event("flows again")]);
    expect(await stored("flows again")).toBe(1);
  } finally {
    await frozen.end();
  }
});

test("senders get 503 while Postgres has no free connection, and events are stored once some are free", async () => {
  const admin = new pg.Client({ connectionString: inject("postgresAdminUrl") });
  await admin.connect();
  const name = new URL(line.url).pathname.slice(1);
  const one = createWriterPool(line.url, 1);
  try {
    const own = new Batcher(() => one);
    await admin.query(`ALTER DATABASE ${name} CONNECTION LIMIT 0`);
    await expect(own.submit(project, [event("crowded")])).rejects.toMatchObject({
      code: "unavailable",
      cause: { code: "53300" },
    });
    await admin.query(`ALTER DATABASE ${name} CONNECTION LIMIT -1`);
    await own.submit(project, [event("room")]);
    expect([await stored("crowded"), await stored("room")]).toEqual([0, 1]);
  } finally {
    await admin.query(`ALTER DATABASE ${name} CONNECTION LIMIT -1`);
    await Promise.all([admin.end(), one.end()]);
  }
});

test("a connection to a server that became read-only is not used again", async () => {
  const one = createWriterPool(line.url, 1);
  try {
    const own = new Batcher(() => one);
    await own.submit(project, [event("primary")]);
    await one.query("SET default_transaction_read_only = on"); // as on a primary that is a standby now
    await expect(own.submit(project, [event("standby")])).rejects.toMatchObject({ code: "unavailable" });
    await own.submit(project, [event("promoted")]);
    expect([await stored("standby"), await stored("promoted")]).toEqual([0, 1]);
  } finally {
    await one.end();
  }
});
