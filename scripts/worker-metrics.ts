import type { Worker } from "node:cluster";
import { setTimeout as sleep } from "node:timers/promises";
import { AggregatorRegistry, Gauge, Registry } from "prom-client";

/** A process' metrics with their values, as prom-client exports them. */
export type MetricsJson = Awaited<ReturnType<Registry["getMetricsAsJSON"]>>;

/** A worker that takes longer is left out of one scrape, in ms. */
const TIMEOUT_MS = 2_000;
/** Metrics that only grow: an ended worker's part stays in the sum, which would otherwise seem to restart. */
const GROWS: readonly string[] = ["counter", "histogram"];

/** Adds up the metrics of all workers, including the counts of those that have ended. */
export class WorkerMetrics {
  private readonly last = new Map<Worker, MetricsJson>();
  private ofEnded: MetricsJson[] = [];
  private readonly dead = new WeakSet<Worker>();
  private readonly onMetrics = new Map<number, (worker: Worker) => void>();
  private number = 0;

  constructor(
    private readonly wanted: number,
    private readonly ask: (worker: Worker, question: number) => void,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {}

  /** Takes a worker's response. One that arrives after the worker's end must not be counted twice. */
  take(worker: Worker, number: number, metrics: MetricsJson): void {
    if (this.dead.has(worker)) return;
    this.last.set(worker, metrics);
    this.onMetrics.get(number)?.(worker);
  }

  ended(worker: Worker): void {
    this.dead.add(worker);
    const counts = this.last.get(worker)?.filter(({ type }) => GROWS.includes(String(type)));
    this.last.delete(worker);
    if (counts) this.ofEnded.push(counts);
  }

  /** The text for Prometheus. */
  async ofAll(workers: readonly Worker[]): Promise<string> {
    const number = ++this.number;
    const alive = workers.filter((worker) => worker.isConnected());
    const waiting = new Set(alive);
    const everybody = new Promise<void>((resolve) => {
      this.onMetrics.set(number, (worker) => {
        waiting.delete(worker);
        if (waiting.size === 0) resolve();
      });
    });
    for (const worker of alive) this.ask(worker, number);
    if (alive.length > 0) await Promise.race([everybody, sleep(this.timeoutMs)]);
    this.onMetrics.delete(number);
    if (this.ofEnded.length > 1) this.ofEnded = [await AggregatorRegistry.aggregate(this.ofEnded).getMetricsAsJSON()];
    const own = await workersGauge({ wanted: this.wanted, running: alive.length });
    return AggregatorRegistry.aggregate([...this.last.values(), ...this.ofEnded, own]).metrics();
  }
}

async function workersGauge(counts: Record<string, number>): Promise<MetricsJson> {
  const registry = new Registry();
  const gauge = new Gauge({
    name: "throughline_workers",
    help: "Processes that serve the port.",
    labelNames: ["state"],
    registers: [registry],
  });
  for (const [state, count] of Object.entries(counts)) gauge.set({ state }, count);
  return registry.getMetricsAsJSON();
}
