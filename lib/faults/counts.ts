/**
 * Counts what this process has done since it started, for /api/metrics. Plain sums, as ingest adds to them for each
 * message; lib/operations/metrics.ts describes them.
 */
export type Sum =
  | "messages"
  | "refusals"
  | "batches"
  | "batchOperations"
  | "batchSeconds"
  | "jobRuns"
  | "jobFailures"
  | "jobSeconds";

const shared = globalThis as typeof globalThis & { throughlineSums?: Map<Sum, Map<string, number>> };

/** The values of a sum by label. One map for server.ts and for Next's copies of this module. */
export function sumsOf(sum: Sum): Map<string, number> {
  shared.throughlineSums ??= new Map();
  let found = shared.throughlineSums.get(sum);
  if (!found) {
    found = new Map();
    shared.throughlineSums.set(sum, found);
  }
  return found;
}

/** Adds to a sum. `label` is one of a few fixed words, never anything from a request. */
export function addToSum(sum: Sum, label: string, by = 1): void {
  const sums = sumsOf(sum);
  sums.set(label, (sums.get(label) ?? 0) + by);
}
