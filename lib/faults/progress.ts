/**
 * How far the long work is that an update leaves to the jobs (new columns of a million people, sums of two years):
 * shown by /api/health/ready, /api/metrics and the log while it lasts. By the process that runs the jobs; the others
 * hear of it from that one (lib/operations/progress.ts).
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

/** Notes how far a part is. */
export function noteProgress(work: LongWork, part: string, done: number, total: number): void {
  const parts = progress().get(work) ?? new Map();
  progress().set(work, parts.set(part, { done, total }));
}

/** Whether a part was noted, and its work is not over. */
export const isNoted = (work: LongWork, part: string): boolean => progress().get(work)?.has(part) ?? false;

/** A part that was noted is done; once all of them are, nothing is left to tell. */
export function endProgress(work: LongWork, part: string): void {
  const parts = progress().get(work);
  const ended = parts?.get(part);
  if (!parts || !ended) return;
  ended.done = ended.total;
  if ([...parts.values()].every(({ done, total }) => done >= total)) progress().delete(work);
}

/** Per cent of each work under way, rounded down: 100 is never shown, as then it is over. */
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
