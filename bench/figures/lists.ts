import { casesOf } from "../cases";
import { ensureData, LARGE, type Size, sizeFrom } from "../data";
import { measureAll } from "../measure";
import type { Bench, Figure, FigureRow } from "../support";

/**
 * The list screens on a million people and ten million events: each case in the database (every statement its rows
 * need) and as a page of a production server, with its plan stored under bench/plans. Also writes
 * bench/results-lists.md.
 */
export const lists: Figure = {
  name: "lists",
  title: "Lists: orders, searches, rules, timelines and deep pages over a million people",
  run: (bench) => listsOf(bench, sizeFrom(process.env.BENCH_SIZE)),
};

async function listsOf(bench: Bench, size: Size): Promise<FigureRow[]> {
  const projectId = await ensureData(bench.db, size, bench.log);
  return measureAll(bench, projectId, casesOf, {
    isKept: size === LARGE,
    file: "results-lists.md",
    title: "The big screens on a million people and ten million events",
  });
}
