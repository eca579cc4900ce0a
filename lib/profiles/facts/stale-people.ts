/**
 * Whose facts are out of date. The engine says whom a batch touches; the facts job (lib/jobs/facts) takes them. In
 * memory and bounded, because it is only the fast path: the job also finds people whose numbers differ from their
 * facts.
 */

/** Beyond this many people waiting the rest is left to the job's own search. */
const MAX_WAITING = 200_000;

type People = Map<string, Set<number>>;
const shared = globalThis as typeof globalThis & {
  throughlineTouched?: { fresh: People; settled: People; count: number; calls: number };
};

const waiting = () => {
  shared.throughlineTouched ??= { fresh: new Map(), settled: new Map(), count: 0, calls: 0 };
  return shared.throughlineTouched;
};

/**
 * These may read differently once the caller's transaction is committed. Streams count as the visitors they may still
 * be. O(ids).
 */
export function touched(projectId: string, profileIds: Iterable<number>, streamIds: Iterable<number> = []): void {
  const all = waiting();
  all.calls++;
  if (all.count > MAX_WAITING) return;
  let people = all.fresh.get(projectId);
  if (!people) {
    people = new Set();
    all.fresh.set(projectId, people);
  }
  const before = people.size;
  for (const id of profileIds) people.add(id);
  for (const id of streamIds) people.add(-id);
  all.count += people.size - before;
}

/**
 * Everybody touched before the call before this one, by project, as facts name them (minus a stream's id for a
 * visitor). One call late, so that the transactions that touched them have been committed by then; a slower one is
 * found by the job's search.
 */
export function takeTouched(): People {
  const all = waiting();
  shared.throughlineTouched = { fresh: new Map(), settled: all.fresh, count: 0, calls: all.calls };
  return all.settled;
}

/**
 * How often `touched` was called since the process began, about once a batch of events: tells how busy the engine is.
 */
export const touchedCalls = (): number => waiting().calls;
