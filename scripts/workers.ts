import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { join } from "node:path";
import { isAlive } from "./lock.mjs";
import { type Supervision, supervise } from "./supervise";
import { type MetricsJson, WorkerMetrics } from "./worker-metrics";

const CLOCK = {
  /** How often workers are pinged, in ms. */
  pingEveryMs: 5_000,
  /** A worker that does not answer, or does not start, for this long is killed and restarted, in ms. */
  silentMs: 60_000,
};

/** `number` pairs a response with its request. */
export type FromPrimary =
  | { type: "stop" }
  | { type: "ping" }
  | { type: "measure"; number: number }
  | { type: "metrics"; number: number; text: string };
export type FromWorker =
  | { type: "ready" }
  | { type: "pong" }
  | { type: "failed"; why: string }
  | { type: "metrics of all"; number: number }
  | { type: "measured"; number: number; metrics: MetricsJson };

export type Workers = {
  /** Rejects with a readable message once a worker cannot be started again; otherwise never settles. */
  lost: Promise<never>;
  /** Lets every worker finish its requests; resolves when the last one has ended. */
  close(): Promise<void>;
};

type Options = {
  count: number;
  port: number;
  host: string | undefined;
  log: (line: string) => void;
  /** The program of a worker. */
  exec?: string;
  clock?: typeof CLOCK;
};

/**
 * Several processes that serve one port, each as server.ts does alone; this one only holds the port. A worker that ends
 * or hangs is started again, with backoff. Rejects with a readable message if one does not come up.
 */
export async function startWorkers(options: Options): Promise<Workers> {
  const { count, port, host, log, exec = join(import.meta.dirname, "worker.js"), clock = CLOCK } = options;
  // The workers accept connections themselves. If this process distributed them, a connection just given to a dying
  // worker would stay open unanswered.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ exec });
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  const running = new Map<number, Worker>();
  const answeredAt = new WeakMap<Worker, number>();
  const metrics = new WorkerMetrics(count, (worker, question) => sendTo(worker, { type: "measure", number: question }));
  let closing = false;

  const start = async (number: number): Promise<void> => {
    cluster.setupPrimary({ args: [String(number), String(port), host ?? ""] });
    const worker = cluster.fork();
    running.set(number, worker);
    answeredAt.set(worker, performance.now());
    worker.on("error", () => {}); // a message to one that just ended
    await new Promise<void>((resolve, reject) => {
      worker.once("exit", () => {
        metrics.ended(worker);
        reject(new Error("it ended while starting"));
      });
      worker.on("message", (message: FromWorker) => {
        answeredAt.set(worker, performance.now());
        if (message.type === "ready") resolve();
        if (message.type === "failed") reject(new Error(message.why));
        if (message.type === "measured") metrics.take(worker, message.number, message.metrics);
        if (message.type === "metrics of all") {
          const { number } = message;
          void metrics.ofAll([...running.values()]).then((text) => sendTo(worker, { type: "metrics", number, text }));
        }
      });
    });
    if (closing) sendTo(worker, { type: "stop" });
  };
  const stopAll = async () => {
    closing = true;
    clearInterval(pinging);
    const supervised = supervisions.map((one) => one.stop()); // a restart under way ends with the worker
    const alive = [...running.values()].filter((worker) => !worker.isDead());
    const exits = alive.map((worker) => once(worker, "exit"));
    for (const worker of alive) sendTo(worker, { type: "stop" });
    await Promise.all([...exits, ...supervised]);
  };
  const pinging = setInterval(() => {
    for (const worker of running.values()) {
      if (performance.now() - (answeredAt.get(worker) ?? 0) > clock.silentMs) worker.process.kill("SIGKILL");
      else sendTo(worker, { type: "ping" });
    }
  }, clock.pingEveryMs);
  pinging.unref();
  const supervisions: Supervision[] = [];
  try {
    await Promise.all(numbers.map(start));
  } catch (error) {
    for (const worker of running.values()) worker.process.kill("SIGKILL");
    throw error;
  }
  for (const number of numbers) {
    const isUp = () => isAlive(running.get(number)?.process.pid ?? 0);
    supervisions.push(supervise({ name: `Worker ${number}`, isAlive: isUp, restart: () => start(number) }, log));
  }
  const lost = Promise.race(supervisions.map((one) => one.lost));
  lost.catch(() => {}); // reported to whoever awaits it
  return { lost, close: stopAll };
}

function sendTo(worker: Worker, message: FromPrimary): void {
  if (worker.isConnected()) worker.send(message, () => {});
}
