import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { grantScope, type Scope } from "@/lib/scope";
import type { Case, IsWanted } from "./case";
import { planOfCase } from "./cases";
import { type BenchPages, openPages } from "./page";
import { type Bench, type FigureRow, machine, ms, percentile, timings } from "./support";

/**
 * Each case runs in rounds and the one with the lowest p95 counts: other load on the machine makes rounds slower,
 * never this one faster.
 */
const ROUNDS = 3;
const SAMPLES = 40;
const PAGE_SAMPLES = 15;
/** Slower cases run fewer times. */
const SLOW_MS = 300;
const SLOW_SAMPLES = 10;
const root = import.meta.dirname;

/**
 * `isKept`: plans and the table are written to files. `tenth`: a project a tenth as large, where each case is measured
 * too. `more`: further rows at the end.
 */
type Report = {
  isKept: boolean;
  file: string;
  title: string;
  tenth?: Scope<"manage">;
  more?: () => Promise<FigureRow[]>;
};

/** The cases of a project, each in the database and as a page, with its plan under bench/plans. */
export async function measureAll(
  bench: Bench,
  projectId: string,
  casesFor: (scope: Scope<"manage">, isWanted: IsWanted) => Promise<Case[]>,
  report: Report,
): Promise<FigureRow[]> {
  const pages = process.env.BENCH_PAGES === "off" ? null : await openPages(bench, projectId);
  const table: string[] = [];
  const rows: FigureRow[] = [];
  const more: string[] = [];
  mkdirSync(join(root, "plans"), { recursive: true });
  try {
    const only = process.env.BENCH_ONLY ? new RegExp(process.env.BENCH_ONLY) : null;
    const isWanted: IsWanted = (name) => !only || only.test(name);
    const smaller = report.tenth
      ? new Map((await casesFor(report.tenth, isWanted)).map((one) => [one.name, one]))
      : undefined;
    for (const one of await casesFor(grantScope(projectId, "system:bench"), isWanted)) {
      const measured = await measure(one, pages);
      const tenth = smaller && (await medianOf(smaller.get(one.name) ?? one));
      const growth = tenth && `×${(measured.p50 / tenth).toFixed(1)}`;
      const { text, indexes } = await planOfCase(one);
      if (report.isKept)
        writeFileSync(
          join(root, "plans", `${one.name}.txt`),
          `${one.what}\n${one.path ?? "(part of a page)"}\n\n${text}\n`,
        );
      const missed =
        (one.toReachMs !== null && measured.p95 >= one.toReachMs) ||
        (measured.wholeP95 ?? 0) >= (one.pageMs ?? Infinity);
      const promise = [one.toReachMs === null ? "none" : `${one.toReachMs} ms`, one.pageMs && `page ${one.pageMs} ms`]
        .filter(Boolean)
        .join(", ");
      const total =
        measured.total &&
        `${measured.total.exact ? "" : "about "}${measured.total.count.toLocaleString("en")} in ${ms(measured.total.p95)}`;
      table.push(
        `| ${one.what} | ${ms(measured.p50)} | ${missed ? `**${ms(measured.p95)}**` : ms(measured.p95)} | ${promise} | ${measured.page ?? "–"} | ${total ?? ""} |${report.tenth ? ` ${growth} |` : ""} ${indexes.map((index) => `\`${index}\``).join(", ")} |`,
      );
      const value = `p50 ${ms(measured.p50)}, p95 ${ms(measured.p95)}; page ${measured.page ?? "–"}${total ? `; total ${total}` : ""}${growth ? `; ten times the data ${growth}` : ""}`;
      rows.push({
        what: one.what,
        value,
        reference: one.toReachMs === null ? "none" : `p95 below ${promise}${missed ? ": MISSED" : ""}`,
      });
      bench.log(`lists: ${one.what}: ${value}${missed ? " MISSED" : ""}`);
    }
    for (const row of only ? [] : ((await report.more?.()) ?? [])) {
      rows.push(row);
      more.push(`| ${row.what} | ${row.value} | ${row.reference ?? ""} |`);
      bench.log(`lists: ${row.what}: ${row.value}`);
    }
  } finally {
    await pages?.stop();
  }
  if (report.isKept && !process.env.BENCH_ONLY)
    writeFileSync(
      join(root, report.file),
      [
        `# ${report.title}`,
        "",
        await machine(bench),
        "",
        "Database: from the call to the rows, every statement included. Page: until its rows could be seen, p95 / until all of it was there (totals come last), p95. The quietest of three rounds: others used the machine. Bold: missed what was promised. Plans, as they ran: bench/plans.",
        "",
        `| what | database p50 | database p95 | promised | page | total, p95 |${report.tenth ? " ten times the data |" : ""} indexes |`,
        `| --- | --- | --- | --- | --- | --- |${report.tenth ? " --- |" : ""} --- |`,
        ...table,
        "",
        ...(more.length > 0 ? ["| what | measured | promised |", "| --- | --- | --- |", ...more, ""] : []),
      ].join("\n"),
    );
  return rows;
}

type Measured = {
  p50: number;
  p95: number;
  page?: string;
  /** Of the page until all of it was there. */
  wholeP95?: number;
  total?: { count: number; exact: boolean; p95: number };
};

async function measure(one: Case, pages: BenchPages | null): Promise<Measured> {
  const [first = 0] = await timings(1, one.run);
  const [second = 0] = await timings(1, one.run);
  const slow = Math.min(first, second) > SLOW_MS;
  const times = await quietest(() => timings(slow ? SLOW_SAMPLES : SAMPLES, one.run));
  const measured: Measured = { p50: percentile(times, 0.5), p95: percentile(times, 0.95) };
  if (one.total) {
    const { total } = one;
    measured.total = { ...(await total()), p95: percentile(await quietest(() => timings(SLOW_SAMPLES, total)), 0.95) };
  }
  const { path } = one;
  if (pages && path !== null) {
    const wholes: number[][] = [];
    const rows = await quietest(async () => {
      const loads = await repeat(slow ? SLOW_SAMPLES : PAGE_SAMPLES, () => pages.load(path, one.marker));
      wholes.push(loads.map(({ whole }) => whole));
      return loads.map((load) => load.rows);
    });
    measured.wholeP95 = Math.min(...wholes.map((round) => percentile(round, 0.95)));
    measured.page = `${ms(percentile(rows, 0.95))} / ${ms(measured.wholeP95)}`;
  }
  return measured;
}

/** In ms, after a run that fills the caches. */
async function medianOf({ run }: Case): Promise<number> {
  await timings(1, run);
  return percentile(await timings(SLOW_SAMPLES, run), 0.5);
}

/** Of ROUNDS rounds the one with the lowest p95. */
async function quietest(round: () => Promise<number[]>): Promise<number[]> {
  let best: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const times = await round();
    if (i === 0 || percentile(times, 0.95) < percentile(best, 0.95)) best = times;
  }
  return best;
}

async function repeat<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const out: T[] = [];
  for (let i = 0; i < times; i++) out.push(await work());
  return out;
}
