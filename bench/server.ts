import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { Session } from "node:inspector/promises";
import { serve } from "../server";

/**
 * A server for the benchmarks, by KIND: `ours` is the full production server including Next; `empty` is a node:http server
 * that reads the body and answers, the upper limit for one Node process.
 */
const port = Number(process.env.PORT);
if (process.env.KIND === "empty") {
  createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      JSON.parse(Buffer.concat(chunks).toString());
      response.writeHead(200, { "content-type": "application/json", "content-length": 11 });
      response.end('{"ok":true}');
    });
  }).listen(port, "127.0.0.1", () => process.send?.("listening"));
} else {
  await serve({ port, host: "127.0.0.1", dev: false });
  process.send?.("listening");
}
process.on("message", async (message: { usage: true } | { profile: string }) => {
  if ("profile" in message) return process.send?.(await profile(message.profile));
  const { user, system } = process.cpuUsage();
  process.send?.({ rssBytes: process.memoryUsage.rss(), processorUs: user + system });
});
process.on("SIGTERM", () => process.exit(0));

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
