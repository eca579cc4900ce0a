import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { appUrlFault } from "@/lib/config";
import { ExplainedError } from "./explain";
import { type Instance, openInstance } from "./instance";
import { readPort } from "./port.mjs";
import { sentence } from "./sentence.mjs";
import { startWorkers } from "./workers";

/**
 * Run by scripts/start.mjs once everything is installed and built: database, migrations, server, shutdown.
 * Bundled to dist/ by scripts/build.mjs. `--dev` serves from the sources with hot reload.
 */
/** Shutdown timeout; longer than the 10 s that the server waits for requests in flight. */
const STOP_DEADLINE_MS = 20_000;

const PARENT_POLL_MS = 500;
const MAX_WORKERS = 64;

const dev = process.argv.includes("--dev");
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Set by the first signal; npm forwards the terminal's Ctrl-C, so it often comes twice. */
let stopRequested: (() => void) | undefined;
const stopSignal = new Promise<void>((resolve) => {
  stopRequested = resolve;
});
// An error in one request must not end the others; `next start` does the same.
process.on("unhandledRejection", (error) => console.error("Unhandled rejection:", error));
for (const signal of SIGNALS) process.on(signal, () => stopRequested?.());
// A killed npm cannot forward a signal, but our parent changes. Without npm, outliving the shell may be intended.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stopRequested?.(), PARENT_POLL_MS).unref();
}

let instance: Instance | undefined;
try {
  if (process.env.LOG_FORMAT === "json")
    (await import("@/lib/faults/json-log")).logAsJson(process.env.LOG_LEVEL || "info");
  const port = readPort(process.env.PORT);
  const host = process.env.HOST || undefined;
  const workers = dev ? 1 : readWorkers();
  const fault = appUrlFault(process.env.APP_URL ?? "");
  if (fault) throw new Error(fault);
  instance = await openInstance({ migrateDatabase: migrateInChild, asLastTime: false, processes: workers });
  // After openInstance has completed the environment, because lib/config reads it once.
  const server =
    workers > 1
      ? await startWorkers({ count: workers, port, host, log: (line) => console.error(line) })
      : { ...(await (await import("../server")).serve({ port, host, dev })), lost: new Promise<never>(() => {}) };
  const url = process.env.APP_URL || `http://${host ?? "localhost"}:${port}`;
  const lost = instance.supervise((line) => console.error(line));
  instance.announce(url);
  console.log(`Throughline is at ${url}`);
  console.log(`Its data is in ${instance.place}`);
  console.log("To stop it, press Ctrl-C");
  await Promise.race([stopSignal, lost, server.lost]);
  setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
  await server.close();
  await instance.close();
  process.exit(0);
} catch (error) {
  console.error(sentence(error));
  await instance?.close().catch(() => {});
  process.exit(1);
}

/** How many processes serve the port. Each uses one core at most, and about 250 MB. */
function readWorkers(): number {
  const value = process.env.WEB_CONCURRENCY || "1";
  const count = Number(value);
  if (Number.isInteger(count) && count > 0 && count <= MAX_WORKERS) return count;
  throw new Error(
    `WEB_CONCURRENCY is ${value}; it is the number of processes that serve the port, 1 to ${MAX_WORKERS}.`,
  );
}

/**
 * In a child process, because the engine's WebAssembly (about 100 MiB) would stay in memory permanently.
 */
async function migrateInChild(databaseUrl: string): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "migrate.js")], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new ExplainedError(errors.trim() || "The migration was interrupted.");
}
