import { randomUUID } from "node:crypto";
import autocannon, { type Result } from "autocannon";
import { newId } from "@/lib/ids";
import { type ProcessorTime, perItem, processorTime } from "./processor";
import type { startServer } from "./support";

const SECONDS = 8;
/**
 * Longer than any timeout of the server: a stall shows in the latency, and only refused or aborted requests are errors.
 */
const PATIENCE_SECONDS = 60;
/** Number of visitors in the load; four in ten are logged in. */
const VISITORS = 5_000;

export const HEADERS = {
  "content-type": "application/json",
  "user-agent":
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
};

/** A load, and the processor time that one event of it cost (`size` a request), the generator's own included. */
export async function measuredLoad(
  server: Awaited<ReturnType<typeof startServer>>,
  adminUrl: string,
  size: number,
  run: () => ReturnType<typeof runLoad>,
): Promise<Awaited<ReturnType<typeof runLoad>> & { cost: string; time: ProcessorTime }> {
  let measurement: Awaited<ReturnType<typeof runLoad>> | undefined;
  const before = process.cpuUsage();
  const time = await processorTime(server, adminUrl, async () => {
    measurement = await run();
  });
  if (!measurement) throw new Error("no load was measured");
  const generator = process.cpuUsage(before);
  const events = measurement.count * size;
  const share = ((generator.user + generator.system) / events).toFixed(1);
  return { ...measurement, time, cost: `${perItem(time, events)}, generator ${share} µs` };
}

/**
 * Request bodies of page views in our own wire format: one event, or a batch, each event of the next visitor (as a
 * server sends them) or all of one (as a browser or an app does).
 */
export function requestBodies(clientId: string): (size: number, of?: "visitors" | "one visitor") => string {
  const visitors = Array.from({ length: VISITORS }, (_, i) => ({
    anonymousId: randomUUID(),
    sessionId: newId(),
    profileId: i % 10 < 4 ? `user-${i}` : undefined,
  }));
  let at = 0;
  let turn = 0;
  const message = (isNext = true) => {
    at++;
    if (isNext) turn++;
    const visitor = visitors[turn % VISITORS] as (typeof visitors)[number];
    return {
      id: newId(),
      anonymousId: visitor.anonymousId,
      sessionId: visitor.sessionId,
      timestamp: new Date().toISOString(),
      type: "track",
      payload: {
        name: "screen_view",
        profileId: visitor.profileId,
        properties: { __path: "https://shop.example/pricing", __title: "Pricing", plan: "pro", n: at },
      },
    };
  };
  return (size, of = "visitors") =>
    size === 1
      ? JSON.stringify({ clientId, ...message() })
      : JSON.stringify({
          clientId,
          sentAt: new Date().toISOString(),
          batch: Array.from({ length: size }, (_, i) => message(i === 0 || of === "visitors")),
        });
}

export async function runLoad(
  url: string,
  connections: number,
  body: () => string,
  { duration = SECONDS }: { duration?: number } = {},
) {
  const kinds = new Map<string, number>();
  const result = await new Promise<Result>((resolve, reject) => {
    const run = autocannon(
      {
        url,
        connections,
        duration,
        timeout: PATIENCE_SECONDS,
        method: "POST",
        headers: HEADERS,
        requests: [{ setupRequest: (request) => ({ ...request, body: body() }) }],
      },
      (error, got) => (error ? reject(error) : resolve(got)),
    );
    run.on("reqError", (error) => kinds.set(error.message, (kinds.get(error.message) ?? 0) + 1));
  });
  const { non2xx, errors } = result;
  if (non2xx > 0 || errors > 0) throw new Error(`${url}: ${non2xx} refused, ${errors} errors${errorCounts(kinds)}`);
  return {
    count: result["2xx"],
    rate: result["2xx"] / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}

/** " (3 read ECONNRESET)": errors by kind. */
export const errorCounts = (kinds: ReadonlyMap<string, number>): string =>
  kinds.size === 0 ? "" : ` (${[...kinds].map(([kind, count]) => `${count} ${kind}`).join(", ")})`;
