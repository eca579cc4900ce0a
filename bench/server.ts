import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { Session } from "node:inspector/promises";
import { serve } from "../server";
import type { Usage } from "./support";

/**
 * A server for the benchmarks, by KIND: `ours` is the full production server including Next, in PROCESSES processes on
 * one port; `empty` is a node:http server that reads the body and answers, the upper limit for one Node process.
 */
type Question = { usage: true } | { profile: string };

const port = Number(process.env.PORT);
const processes = Number(process.env.PROCESSES ?? 1);
if (processes > 1 && cluster.isPrimary) await startProcesses();
else {
  if (process.env.KIND === "empty") serveNothing();
  else await serve({ port, host: "127.0.0.1", dev: false });
  process.on("message", async (question: Question) => {
    process.send?.("profile" in question ? await profile(question.profile) : usage());
  });
  process.send?.("listening");
}
process.on("SIGTERM", () => process.exit(0));

function serveNothing(): void {
  createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      JSON.parse(Buffer.concat(chunks).toString());
      response.writeHead(200, { "content-type": "application/json", "content-length": 11 });
      response.end('{"ok":true}');
    });
  }).listen(port, "127.0.0.1");
}

/** As scripts/workers.ts does: the processes accept connections themselves. */
async function startProcesses(): Promise<void> {
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const workers = Array.from({ length: processes }, () => cluster.fork());
  await Promise.all(workers.map((worker) => once(worker, "message")));
  process.on("message", async (question: Question) => {
    if ("profile" in question) throw new Error("a profile is of one process");
    const of = await Promise.all(workers.map(usageOf));
    const sum = (read: (usage: Usage) => number) => of.reduce((total, one) => total + read(one), 0);
    process.send?.({ rssBytes: sum((one) => one.rssBytes), processorUs: sum((one) => one.processorUs) });
  });
  process.send?.("listening");
}

async function usageOf(worker: Worker): Promise<Usage> {
  worker.send({ usage: true });
  const [answer] = await once(worker, "message");
  return answer as Usage;
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { rssBytes: process.memoryUsage.rss(), processorUs: user + system };
}

/** A CPU profile from the first call to the second, which writes it to `file` for Chrome's developer tools. */
let profiling: Session | null = null;
async function profile(file: string): Promise<string> {
  if (!profiling) {
    profiling = new Session();
    profiling.connect();
    await profiling.post("Profiler.enable");
    await profiling.post("Profiler.setSamplingInterval", { interval: 500 });
    await profiling.post("Profiler.start");
    return "started";
  }
  const { profile } = await profiling.post("Profiler.stop");
  profiling.disconnect();
  profiling = null;
  writeFileSync(file, JSON.stringify(profile));
  return "written";
}
