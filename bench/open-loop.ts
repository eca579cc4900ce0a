import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { HEADERS } from "./load";
import { percentile } from "./support";

const SECONDS = 8;
const CONNECTIONS = 256;
/** More pending requests than this mean that the server does not keep up, and that latencies only grow. */
const PENDING_MAX = 20_000;

/** Rate in requests a second; p50 and p99 of the latency and `late99`, by how much the generator was late, in ms. */
export type Paced = { rate: number; p50: number; p99: number; late99: number };

/**
 * Sends `rate` requests a second, evenly spaced, whatever is pending (open loop): users do not wait for each other. The
 * latency counts from the moment a request was due, so neither a slow server nor a late generator hides in it.
 */
export async function openLoop(url: string, rate: number, body: () => string, seconds = SECONDS): Promise<Paced> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const total = Math.round(rate * seconds);
  const [latencies, lateness]: [number[], number[]] = [[], []];
  const pending = new Set<Promise<void>>();
  const start = performance.now();
  for (let sent = 0; sent < total; ) {
    const due = start + (sent * 1000) / rate;
    const now = performance.now();
    if (due > now) {
      await sleep(Math.max(1, due - now));
      continue;
    }
    if (pending.size >= PENDING_MAX)
      throw new Error(`${url} does not keep up with ${Math.round(rate)} requests a second`);
    lateness.push(now - due);
    const one = post(url, agent, body()).then(() => {
      latencies.push(performance.now() - due);
      pending.delete(one);
    });
    pending.add(one);
    sent++;
    // Answers are read between two requests that are late.
    if (sent % 16 === 0) await new Promise(setImmediate);
  }
  await Promise.all(pending);
  const took = performance.now() - start;
  agent.destroy();
  return {
    rate: (total * 1000) / took,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    late99: percentile(lateness, 0.99),
  };
}

const post = (url: string, agent: Agent, body: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = { ...HEADERS, "content-length": Buffer.byteLength(body) };
    const sending = request(url, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.on("error", reject);
      response.on("end", () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${url} answered ${response.statusCode}`)),
      );
    });
    sending.on("error", reject);
    sending.end(body);
  });
