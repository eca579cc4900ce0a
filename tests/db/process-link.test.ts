import { afterAll, beforeAll, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import type { SeenMessage } from "@/lib/debugger/types";
import { newId } from "@/lib/ids";
import { batches, random, sequence, toOperation } from "../identity/generate";
import { compareWithModel, makeModelProject } from "../identity/run";
import { type Process, startProcesses } from "../support/processes";

/** Four processes that share a database, as with WEB_CONCURRENCY=4 or on several machines. */
let processes: Process[] = [];
beforeAll(async () => {
  processes = await startProcesses(4);
});
afterAll(async () => {
  await Promise.all(processes.map((one) => one.end("SIGKILL")));
});

test("random identity sequences through four processes at once match the model", async () => {
  for (let seed = 20_000; seed < 20_002; seed++) {
    const ops = sequence(seed, 60);
    const project = await makeModelProject(pool());
    const queue = batches(random(seed), ops);
    await Promise.all(
      [...processes, ...processes].map(async (one) => {
        for (let batch = queue.shift(); batch; batch = queue.shift())
          await one.ask(
            "submit",
            project,
            batch.map((op) => toOperation(op)),
          );
      }),
    );
    expect(await compareWithModel(pool(), project, ops), `seed ${seed}`).toEqual([]);
  }
});

const seen = (name: string, user: string | null = null): SeenMessage => ({
  at: 1,
  status: "accepted",
  type: "track",
  name,
  user,
  device: null,
  reasons: [],
  field: null,
  via: "/track",
});
const [A, B, C, D] = [0, 1, 2, 3].map((i) => () => processes[i] as Process) as [
  () => Process,
  () => Process,
  () => Process,
  () => Process,
];
/** Looks again and again: what others have arrives a moment after the first look. */
const looked = (one: Process, projectId: string) =>
  expect.poll(async () => (await one.ask("recentMessages", projectId)).entries.map(({ name }) => name).sort(), {
    timeout: 10_000,
  });

test("the debugger shows in every process what all of them received, once, and counts it", async () => {
  const [projectId, other] = [newId(), newId()];
  for (const [i, one] of [B(), C(), D()].entries())
    for (let k = 0; k < 40; k++) await one.ask("remember", projectId, seen(`${i}-${k}`));
  await B().ask("remember", other, seen("secret of another project"));
  await A().ask("remember", projectId, seen("own"));
  const all = ["own", ...[0, 1, 2].flatMap((i) => Array.from({ length: 40 }, (_, k) => `${i}-${k}`))].sort();
  await looked(A(), projectId).toEqual(all);
  await D().ask("remember", projectId, seen("later"));
  await looked(A(), projectId).toEqual([...all, "later"].sort());
  await looked(C(), projectId).toEqual([...all, "later"].sort());
  expect((await A().ask("recentMessages", projectId)).counters).toMatchObject({ accepted: 122, rejected: 0 });
  expect((await A().ask("recentMessages", other)).entries).toEqual([]);
});

test("an erasure removes the ids from the messages in every process", async () => {
  const projectId = newId();
  await B().ask("remember", projectId, seen("a", "ada…"));
  await looked(A(), projectId).toEqual(["a"]);
  await C().ask("forget", projectId, ["ada-1"]);
  const users = async (one: Process) => (await one.ask("recentMessages", projectId)).entries.map(({ user }) => user);
  for (const one of [A(), B()]) await expect.poll(() => users(one), { timeout: 10_000 }).toEqual([null]);
});

test("a request without a project is shown to its sender, whichever process received it", async () => {
  await A().ask("recentMessages", newId());
  await B().ask("rememberUnmatched", "203.0.113.9");
  const found = () => A().ask("unmatched", "203.0.113.9");
  await expect.poll(async () => (await found()).length, { timeout: 10_000 }).toBe(1);
  expect(await A().ask("unmatched", "203.0.113.10")).toEqual([]);
});

const leaders = async (of: Process[]) => (await Promise.all(of.map((one) => one.ask("leads")))).filter(Boolean).length;

test("one process runs the jobs; when it is killed another one does, and never two", async () => {
  expect(await leaders(processes)).toBe(1);
  let left = processes;
  for (let kills = 0; kills < 2; kills++) {
    const leading = await Promise.all(left.map((one) => one.ask("leads")));
    await (left[leading.indexOf(true)] as Process).end("SIGKILL");
    left = left.filter((_, i) => !leading[i]);
    const counts: number[] = [];
    const watch = async () => counts.push(await leaders(left)) && counts.at(-1);
    await expect.poll(watch, { timeout: 20_000, interval: 20 }).toBe(1);
    expect(Math.max(...counts)).toBe(1);
  }
});

test("a process whose connection is cut does not run jobs; one of them does again soon", async () => {
  const left = processes.filter((one) => one.isAlive());
  await pool().query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'throughline process%' AND datname = current_database()",
  );
  await expect.poll(() => leaders(left), { timeout: 20_000, interval: 10 }).toBe(0);
  await expect.poll(() => leaders(left), { timeout: 20_000, interval: 50 }).toBe(1);
});
