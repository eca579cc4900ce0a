import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type pg from "pg";
import { errorCounts, requestBodies, runLoad } from "./load";
import { openLoop, type PacedLoad } from "./open-loop";
import { type Bloat, bloatOf, privateMemory } from "./postgres-room";
import { BENCH_SECRET, type Bench, machine, makeProject, ms, perSecond, startServer, withBench } from "./support";
import { makeClient } from "./write-key";

/** Connections while the peak is measured, closed loop. */
const CONNECTIONS = 64;
const WARM_UP_SECONDS = 8;
const PEAK_SECONDS = 10;
const SETTLE_MS = 3_000;
const SHARE = 0.7;
const MINUTE_SECONDS = 60;
/** How much more memory than after the first minute the app may use later. */
const FLAT = 1.1;
/** How often memory is read while the load runs, in ms. */
const LOOK_EVERY_MS = 2_000;

type Minute = PacedLoad & { appBytes: number; postgresBytes: number | null };

/**
 * `npm run soak:load [-- --minutes 30 --size 1]`: single events (or batches of `size`) at 70 % of the peak that is
 * measured first, 5,000 new people each minute. Memory by minute, and how much of each table is dead or unused at the
 * end, compared with the start. Prints Markdown; writes bench/results-soak.md. Exits with 1 if memory grew or an
 * acknowledged event is missing. 30 minutes need about 10 GB of disk.
 */
const { values } = parseArgs({
  options: { minutes: { type: "string", default: "30" }, size: { type: "string", default: "1" } },
});
const [minutes, size] = [Number(values.minutes), Number(values.size)];
if (!(minutes >= 2 && size >= 1)) {
  console.error("--minutes is 2 or more, as memory is compared with that after the first; --size is 1 or more.");
  process.exit(1);
}
async function soak(bench: Bench): Promise<boolean> {
  const project = await makeProject(bench.db, "soak");
  // 30 minutes without the secret are more data than a project takes by default.
  await bench.db.query("UPDATE projects SET max_megabytes_per_hour = 1000000 WHERE id = $1", [project.id]);
  const clientId = await makeClient(bench.db, project.id);
  const server = await startServer({ KIND: "ours", DATABASE_URL: bench.databaseUrl, AUTH_SECRET: BENCH_SECRET });
  try {
    const url = `http://127.0.0.1:${server.port}/track`;
    const body = requestBodies(clientId);
    await runLoad(url, CONNECTIONS, () => body(size), { duration: WARM_UP_SECONDS });
    const peak = await runLoad(url, CONNECTIONS, () => body(size), { duration: PEAK_SECONDS });
    await sleep(SETTLE_MS); // requests that the peak broke off may still be stored
    const before = await count(bench.db, project.id);
    const tablesBefore = await bloatOf(bench.adminUrl);
    const rate = peak.rate * SHARE;
    bench.log(`peak ${perSecond(peak.rate * size)}; soaking at ${perSecond(rate * size)} for ${minutes} min`);
    const table: Minute[] = [];
    for (let minute = 1; minute <= minutes; minute++) {
      const fresh = requestBodies(clientId);
      const memory = sampled(async () => (await server.usage()).rssBytes);
      const paced = await openLoop(url, rate, () => fresh(size), MINUTE_SECONDS);
      const postgresBytes = await privateMemory(bench.adminUrl);
      table.push({ ...paced, appBytes: await memory.mean(), postgresBytes });
      bench.log(`${minute} min: ${minuteCells(table.at(-1) as Minute, size).join(", ")}`);
    }
    await sleep(SETTLE_MS);
    const stored = (await count(bench.db, project.id)) - before;
    const due = sum(table.map((one) => one.due)) * size;
    const acknowledged = sum(table.map((one) => one.answered)) * size;
    const isKept = acknowledged <= stored && stored <= due;
    const grown = growth(table.map((one) => one.appBytes));
    const report = [
      "# Soak",
      `\`npm run soak:load -- --minutes ${minutes} --size ${size}\`: ${size === 1 ? "single events" : `batches of ${size}`}, due at even intervals at ${perSecond(rate * size)} events, ${SHARE * 100} % of the peak measured before (${perSecond(peak.rate * size)} on ${CONNECTIONS} connections), 5,000 new people each minute.`,
      "",
      await machine(bench),
      "",
      "Memory: the app's process, mean of the minute; Postgres' processes without shared buffers, at its end.",
      "",
      "| minute | events | p50 | p99 | generator late, p99 | app | Postgres | errors |",
      "| --- | --- | --- | --- | --- | --- | --- | --- |",
      ...table.map((one, i) => `| ${i + 1} | ${minuteCells(one, size).join(" | ")} |`),
      "",
      `App memory after the first minute: at most ${percent(grown)} of the second minute's, ${grown <= FLAT ? "flat" : "**not flat**"} within 10 %. Postgres: ${postgresGrowth(table)}.`,
      "",
      `${number(due)} events were due, ${number(acknowledged)} answered 200, ${number(stored)} are stored: ${isKept ? "none is lost, none twice" : "**these do not agree**"}. Errors: ${errorCounts(errorsOf(table)) || "none"}.`,
      "",
      "The largest tables, before the first minute and after the last, with what their dead rows and free pages take (pgstattuple), and how full the pages of their largest index are:",
      "",
      ...bloatTable(tablesBefore, await bloatOf(bench.adminUrl)),
      "",
    ].join("\n");
    console.log(report);
    writeFileSync(join(import.meta.dirname, "results-soak.md"), report);
    return grown <= FLAT && isKept;
  } finally {
    await server.stop();
  }
}

/** Samples a value until its mean is read. */
function sampled(read: () => Promise<number>): { mean(): Promise<number> } {
  const seen: number[] = [];
  let reading: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    reading = reading.then(async () => void seen.push(await read()));
  }, LOOK_EVERY_MS);
  return {
    mean: async () => {
      clearInterval(timer);
      await reading;
      return seen.reduce((sum, one) => sum + one, 0) / seen.length;
    },
  };
}

/** The highest of the minutes from the second on, as a share of the second. */
const growth = (values: readonly number[]): number => Math.max(...values.slice(1)) / (values[1] as number);

function postgresGrowth(table: readonly Minute[]): string {
  const known = table.flatMap(({ postgresBytes }) => postgresBytes ?? []);
  return known.length === table.length ? `at most ${percent(growth(known))}` : "unknown";
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const mebibytes = (bytes: number | null): string => (bytes === null ? "unknown" : `${Math.round(bytes / 2 ** 20)} MiB`);

const minuteCells = (one: Minute, of: number): string[] => [
  perSecond(one.rate * of),
  ms(one.p50),
  ms(one.p99),
  ms(one.late99),
  mebibytes(one.appBytes),
  mebibytes(one.postgresBytes),
  errorCounts(one.errors).trim() || "none",
];

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
const number = (value: number): string => value.toLocaleString("en");

function errorsOf(table: readonly Minute[]): Map<string, number> {
  const all = new Map<string, number>();
  for (const { errors } of table) for (const [kind, count] of errors) all.set(kind, (all.get(kind) ?? 0) + count);
  return all;
}

async function count(db: pg.Pool, projectId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM events WHERE project_id = $1",
    [projectId],
  );
  return rows[0]?.count ?? 0;
}

function bloatTable(before: readonly Bloat[] | null, after: readonly Bloat[] | null): string[] {
  if (after === null) return ["Unknown: it takes a superuser and the extension pgstattuple."];
  return [
    "| table | rows | size | dead rows | dead | free | autovacuums | indexes | largest index |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...after.map((one) => {
      const was = before?.find(({ name }) => name === one.name);
      const both = (show: (of: Bloat) => string) => `${was ? show(was) : "–"} → ${show(one)}`;
      const index = one.index === null ? "" : `${one.index}, ${one.leafDensity?.toFixed(0)} % full`;
      const cells = [
        one.name,
        both(({ rows }) => number(rows)),
        both(({ bytes }) => mebibytes(bytes)),
        both(({ deadRows }) => number(deadRows)),
        both(({ deadPercent }) => `${deadPercent.toFixed(1)} %`),
        both(({ freePercent }) => `${freePercent.toFixed(1)} %`),
        one.autovacuums,
        both(({ indexBytes }) => mebibytes(indexBytes)),
        index,
      ];
      return `| ${cells.join(" | ")} |`;
    }),
  ];
}

// A separate database, so that the figures on its tables are this run's.
const folder = join(import.meta.dirname, "..", ".data", "soak");
rmSync(folder, { recursive: true, force: true });
const held = await withBench(soak, folder);
rmSync(folder, { recursive: true, force: true });
process.exit(held ? 0 : 1);
