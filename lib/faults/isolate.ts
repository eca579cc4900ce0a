import { isDataFault } from "@/lib/faults/data-fault";

/**
 * Runs `work` on all items together; if that fails because of their data, on each half separately, until the item at
 * fault is alone and handed to `onFault`. Throws failures that are nobody's fault (a database that is unreachable). A
 * single item at fault among n costs 2 log n more calls.
 */
export async function isolating<T>(
  all: readonly T[],
  work: (some: readonly T[]) => Promise<unknown>,
  onFault: (one: T, error: unknown) => Promise<unknown>,
): Promise<void> {
  if (all.length === 0) return;
  try {
    await work(all);
  } catch (error) {
    if (!isDataFault(error)) throw error;
    if (all.length === 1) {
      await onFault(all[0] as T, error);
      return;
    }
    const half = all.length >> 1;
    await isolating(all.slice(0, half), work, onFault);
    await isolating(all.slice(half), work, onFault);
  }
}
