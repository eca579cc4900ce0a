import { createServer } from "node:http";
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
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ rssBytes: process.memoryUsage.rss(), processorUs: user + system });
});
process.on("SIGTERM", () => process.exit(0));
