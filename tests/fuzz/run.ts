import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fuzz } from "./fuzz";
import { startTarget } from "./target";

/**
 * `npm run fuzz -- --minutes N [--seed S]`: a separate instance on a separate embedded Postgres, and a report. Exits
 * with 1 if a request failed, a good message beside a bad one was lost, or the event loop was blocked.
 */
const { values } = parseArgs({ options: { minutes: { type: "string", default: "1" }, seed: { type: "string" } } });
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error("--minutes is a number above 0, --seed a whole number.");
  process.exit(1);
}
/** What people notice, in milliseconds: the app may not block for longer, however busy the machine is. */
const BUSY_MS = 250;

const folder = mkdtempSync(join(tmpdir(), "throughline-fuzz-"));
const target = await startTarget(folder);
console.log(`Fuzzing ${target.url} for ${minutes} minutes, seed ${seed}.`);
const before = target.memoryMb();
const report = await fuzz(target, { seed, durationMs: minutes * 60_000 });
const after = target.memoryMb();
const busiestMs = target.busiestMs();
await target.stop();
rmSync(folder, { recursive: true, force: true });

const { health, idle, neighbours } = report;
console.log(`Requests: ${report.requests}; by status: ${JSON.stringify(report.byStatus)}`);
console.log(
  `Health: ${health.answers} answers, slowest ${health.slowestMs.toFixed(0)} ms, ${health.failed} failed; idle: slowest ${idle.slowestMs.toFixed(0)} ms`,
);
console.log(`Event loop of the app: busy for ${busiestMs.toFixed(0)} ms at the longest`);
console.log(
  `Memory of the app: ${before} MB at the start, ${after} MB at the end, ${target.peakMemoryMb()} MB at most`,
);
console.log(
  `Good messages beside bad ones: ${neighbours.sent} people sent, ${neighbours.missing.length} of those looked for missing`,
);
for (const failure of report.failures) console.log(`FAILED ${failure}`);
for (const user of neighbours.missing.slice(0, 10)) console.log(`MISSING ${user}`);
const isLate = busiestMs > BUSY_MS || health.failed > 0;
if (isLate) console.log(`LATE: the event loop was held for more than ${BUSY_MS} ms, or health failed`);
if (target.errors() !== "") console.log(`LOGGED:\n${target.errors().slice(0, 4_000)}`);
process.exit(report.failures.length === 0 && neighbours.missing.length === 0 && !isLate ? 0 : 1);
