import type { Worker } from "node:cluster";
import { Counter, Gauge, Registry } from "prom-client";
import { expect, test } from "vitest";
import { WorkerMetrics } from "./worker-metrics";

/** A worker's registry: `count` things counted, `open` things open. */
async function measured(count: number, open: number) {
  const registry = new Registry();
  new Counter({ name: "things_total", help: "Things.", labelNames: ["kind"], registers: [registry] }).inc(
    { kind: "a" },
    count,
  );
  new Gauge({ name: "things_open", help: "Open things.", registers: [registry] }).set(open);
  return registry.getMetricsAsJSON();
}

const workerOf = () => ({ isConnected: () => true }) as Worker;
const value = (text: string, name: string) =>
  Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "m").exec(text)?.[1]);

test("sums all workers; what one counted stays in the sum when it ends, what it had open does not", async () => {
  const workers = [workerOf(), workerOf()] as [Worker, Worker];
  const counts = new Map<Worker, [number, number]>([
    [workers[0], [10, 1]],
    [workers[1], [5, 2]],
  ]);
  const metrics: WorkerMetrics = new WorkerMetrics(2, async (worker, question) => {
    const found = counts.get(worker);
    if (found) metrics.take(worker, question, await measured(...found));
  });
  const both = await metrics.ofAll(workers);
  expect([value(both, "things_total"), value(both, "things_open")]).toEqual([15, 3]);
  expect(both).toContain('throughline_workers{state="running"} 2');

  for (let restarts = 0; restarts < 3; restarts++) {
    metrics.ended(workers[0]);
    metrics.take(workers[0], restarts, await measured(100, 100)); // an answer that was still under way
    workers[0] = workerOf();
    counts.set(workers[0], [1, 4]);
    const after = await metrics.ofAll(workers);
    expect([value(after, "things_total"), value(after, "things_open")]).toEqual([15 + restarts + 1, 6]);
  }
});

test("a worker that does not answer is left out of the sum, and does not keep the others' figures away", async () => {
  const [well, frozen] = [workerOf(), workerOf()];
  const answer = async (worker: Worker, question: number) => {
    if (worker === well) metrics.take(worker, question, await measured(3, 1));
  };
  const metrics: WorkerMetrics = new WorkerMetrics(2, answer, 50);
  expect(value(await metrics.ofAll([well, frozen]), "things_total")).toBe(3);
});
