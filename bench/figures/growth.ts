import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { grantScope } from "@/lib/scope";
import { casesOf } from "../cases";
import { ensureData, LARGE, type Size } from "../data";
import { type Bench, type Figure, type FigureRow, machine, ms, percentile, timings } from "../support";

const SIZES: readonly Size[] = [{ people: 10_000, events: 100_000 }, { people: 100_000, events: 1_000_000 }, LARGE];
const SAMPLES = 20;
/** One of each kind. */
const SHOWN =
  /^(list|tab-power|sort-(events-desc|name-asc|property)|search-(rare|middling)|two-properties|number-and-country|did-.*|first-did-.*|page-50|timeline-page-1|overview-.*|adoption-.*|compare-.*)$/;

/** The same queries at 100,000, 1,000,000 and 10,000,000 events with a tenth as many people: how the cost grows. */
export const growth: Figure = {
  name: "growth",
  title: "Growth: the same questions on 100,000, 1,000,000 and 10,000,000 events",
  run: growthOf,
};

async function growthOf(bench: Bench): Promise<FigureRow[]> {
  const p95s = new Map<string, number[]>();
  for (const size of SIZES) {
    const scope = grantScope(await ensureData(bench.db, size, bench.log), "system:bench");
    for (const one of await casesOf(scope, (name) => SHOWN.test(name))) {
      await one.run();
      // The faster of two rounds: other load only makes a round slower.
      const rounds = [await timings(SAMPLES, one.run), await timings(SAMPLES, one.run)];
      const p95 = Math.min(...rounds.map((times) => percentile(times, 0.95)));
      p95s.set(one.what, [...(p95s.get(one.what) ?? []), p95]);
    }
    bench.log(`growth: measured ${size.events.toLocaleString("en")} events`);
  }
  const factor = ([, middle = 0, large = 0]: number[]) => `×${(large / middle).toFixed(1)}`;
  const head = SIZES.map(
    ({ people, events }) => `${events.toLocaleString("en")} events, ${people.toLocaleString("en")} people`,
  );
  writeFileSync(
    join(import.meta.dirname, "..", "results-growth.md"),
    [
      "# How the big screens grow",
      "",
      await machine(bench),
      "",
      "p95 in the database of each case, the quieter of two rounds; the last column is what ten times as much data, from the middle to the right, makes of it.",
      "",
      `| what | ${head.join(" | ")} | ten times the data |`,
      `| --- |${" --- |".repeat(SIZES.length + 1)}`,
      ...[...p95s].map(([what, values]) => `| ${what} | ${values.map(ms).join(" | ")} | ${factor(values)} |`),
      "",
    ].join("\n"),
  );
  return [...p95s].map(([what, values]) => ({
    what,
    value: `p95 ${values.map(ms).join(", ")}`,
    reference: factor(values),
  }));
}
