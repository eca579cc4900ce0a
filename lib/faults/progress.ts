/**
 * The progress of long work that an update leaves to the jobs (new columns for a million people, sums over two years),
 * shown by /api/health/ready, /api/metrics and the log. Recorded in the process that runs the jobs, which reports it to
 * the others (lib/operations/catching-up.ts).
 */
export const LONG_WORK = {
  facts: "people's facts",
  people: "counts of people",
  days: "counts of days",
} as const;
export type LongWork = keyof typeof LONG_WORK;

type Part = { done: number; total: number };
/** Done and total by project, or by whatever the job's work consists of. */
type Parts = Map<string, Part>;

const shared = globalThis as typeof globalThis & { throughlineProgress?: Map<LongWork, Parts> };

/** One for server.ts and for Next's copies of this module. */
function progress(): Map<LongWork, Parts> {
  shared.throughlineProgress ??= new Map();
  return shared.throughlineProgress;
}

/** Records the progress of a part. */
export function recordProgress(work: LongWork, part: string, done: number, total: number): void {
  const parts = progress().get(work) ?? new Map();
  progress().set(work, parts.set(part, { done, total }));
}

/** Whether a part has been recorded and is not finished. */
export const hasProgress = (work: LongWork, part: string): boolean => progress().get(work)?.has(part) ?? false;

/** Marks a recorded part as done; once all are, the work is no longer shown. */
export function endProgress(work: LongWork, part: string): void {
  const parts = progress().get(work);
  const ended = parts?.get(part);
  if (!parts || !ended) return;
  ended.done = ended.total;
  if ([...parts.values()].every(({ done, total }) => done >= total)) progress().delete(work);
}

/** The percentage of each work in progress, rounded down; work at 100 is over and not shown. */
export function progressHere(): Partial<Record<LongWork, number>> {
  const percents: Partial<Record<LongWork, number>> = {};
  for (const [work, parts] of progress()) {
    const [done, total] = [...parts.values()].reduce((sum, part) => [sum[0] + part.done, sum[1] + part.total], [0, 0]);
    percents[work] = total === 0 ? 0 : Math.min(99, Math.floor((100 * done) / total));
  }
  return percents;
}

/** Forgets everything: another process runs the jobs from now on. */
export const forgetProgress = (): void => progress().clear();
