import { serve } from "../server";
import { sentence } from "./sentence.mjs";
import type { FromPrimary, FromWorker } from "./workers";

/**
 * One of several processes that serve the same port (WEB_CONCURRENCY), forked by scripts/workers.ts with its number,
 * the port and the host as arguments. On "stop" it finishes its requests. If the primary process is gone, node:cluster
 * ends it at once, as it would get no connections.
 */
const [number, port, host] = process.argv.slice(2);
const sendToPrimary = (message: FromWorker) => void (process.connected && process.send?.(message));

/** Requests to the primary process that it has not answered yet. */
const pending = new Map<number, (text: string) => void>();
let questions = 0;
const metricsOfAll = () =>
  new Promise<string>((resolve) => {
    pending.set(++questions, resolve);
    sendToPrimary({ type: "metrics of all", number: questions });
  });

// An error in one request must not end the others; `next start` does the same.
process.on("unhandledRejection", (error) => console.error("Unhandled rejection:", error));
try {
  const advises = number === "1";
  const server = await serve({ port: Number(port), host: host || undefined, dev: false, advises, metricsOfAll });
  let closing = false;
  const close = () => {
    if (closing) return;
    closing = true;
    void server.close().finally(() => process.exit(0));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, close);
  process.on("message", async (message: FromPrimary) => {
    if (message.type === "stop") close();
    if (message.type === "ping") sendToPrimary({ type: "pong" });
    if (message.type === "measure") {
      const metrics = (await server.metrics?.registry.getMetricsAsJSON()) ?? [];
      sendToPrimary({ type: "measured", number: message.number, metrics });
    }
    if (message.type === "metrics") {
      pending.get(message.number)?.(message.text);
      pending.delete(message.number);
    }
  });
  sendToPrimary({ type: "ready" });
} catch (error) {
  sendToPrimary({ type: "failed", why: sentence(error) });
  process.exit(1);
}
