import { test } from "vitest";
import { IS_CHECK } from "@/tests/support/cases";

/**
 * A test that compares costs: seconds of work, repeated while other processes disturb it, so not in `npm run check`.
 */
export const costTest: typeof test = IS_CHECK ? (Object.assign(() => {}, { each: () => () => {} }) as never) : test;

/**
 * Processor time `work` takes, in µs. User and system time together, because Linux knows only their sum exactly; how
 * much of it is user time it estimates from ticks of milliseconds, which may be none or several.
 */
export async function processorTime(work: () => unknown): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return user + system;
}

/** Time that passes while `work` runs, in µs: for work that another process does. */
export async function wallTime(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) * 1_000;
}

const ROUNDS = 8;
/** Less than this, in µs, is noise. */
const NOISE_US = 300;

/**
 * How many times the cost of `small` that of `large` is. Both run in turn until the ratio is below `limit`, eight times
 * at most, and of each the least counts: a busy machine and the garbage collector only ever add, and only to some runs,
 * while work that grows too fast is too slow in every one. Choose a limit halfway, as a factor, between the growth that
 * is right and the one that is not.
 */
export async function costRatio(
  small: () => unknown,
  large: () => unknown,
  limit: number,
  measure = processorTime,
): Promise<number> {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < ROUNDS && !(most / least < limit); round++) {
    least = Math.min(least, Math.max(NOISE_US, await measure(small)));
    most = Math.min(most, await measure(large));
  }
  return most / least;
}
