import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { HEADERS } from "./load";
import { percentile } from "./support";

const SECONDS = 8;
const CONNECTIONS = 256;
/** With more pending requests than this the server is not keeping up: due requests are not sent and count as errors. */
const PENDING_MAX = 20_000;

/**
 * Requests that were due; `answered`: with 200; the others by outcome. Rate in responses per second; p50 and p99 of the
 * latency, and `late99`, the generator's own delay, in ms.
 */
export type PacedLoad = {
  due: number;
  answered: number;
  errors: Map<string, number>;
  rate: number;
  p50: number;
  p99: number;
  late99: number;
};

/**
 * Sends `rate` requests a second, evenly spaced, whatever is pending (open loop): users do not wait for each other. The
 * latency counts from the moment a request was due, so neither a slow server nor a late generator hides in it.
 */
export async function openLoop(url: string, rate: number, body: () => string, seconds = SECONDS): Promise<PacedLoad> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const total = Math.round(rate * seconds);
  const [latencies, lateness]: [number[], number[]] = [[], []];
  const pending = new Set<Promise<void>>();
  const errors = new Map<string, number>();
  const failed = (kind: string) => void errors.set(kind, (errors.get(kind) ?? 0) + 1);
  const start = performance.now();
  for (let sent = 0; sent < total; ) {
    const due = start + (sent * 1000) / rate;
    const now = performance.now();
    if (due > now) {
      await sleep(Math.max(1, due - now));
      continue;
    }
    sent++;
    if (pending.size >= PENDING_MAX) {
      failed("not sent, as too many were pending");
      continue;
    }
    lateness.push(now - due);
    const one = post(url, agent, body())
      .then((status) => {
        if (status === 200) latencies.push(performance.now() - due);
        else failed(`answered ${status}`);
      })
      .catch((error: NodeJS.ErrnoException) => failed(error.code ?? error.message))
      .then(() => void pending.delete(one));
    pending.add(one);
    // Answers are read between two requests that are late.
    if (sent % 16 === 0) await new Promise(setImmediate);
  }
  await Promise.all(pending);
  const elapsedMs = performance.now() - start;
  agent.destroy();
  return {
    due: total,
    answered: latencies.length,
    errors,
    rate: (latencies.length * 1000) / elapsedMs,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    late99: percentile(lateness, 0.99),
  };
}

/** Resolves to the status. */
const post = (url: string, agent: Agent, body: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = { ...HEADERS, "content-length": Buffer.byteLength(body) };
    const sending = request(url, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.on("error", reject);
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    sending.on("error", reject);
    sending.end(body);
  });
