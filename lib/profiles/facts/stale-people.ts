import { visitorNumber } from "@/lib/identity/person-ref";

/**
 * People whose facts are out of date. The engine marks everyone a batch changes; the facts job (lib/jobs/facts) takes
 * them. In memory and bounded, because it is only the fast path: the job also finds people whose stats differ from
 * their facts.
 */

/** More people than this are left to the job's own search. */
const MAX_WAITING = 200_000;

type People = Map<string, Set<number>>;
const shared = globalThis as typeof globalThis & {
  throughlineStalePeople?: { fresh: People; settled: People; count: number; calls: number };
};

const waiting = () => {
  shared.throughlineStalePeople ??= { fresh: new Map(), settled: new Map(), count: 0, calls: 0 };
  return shared.throughlineStalePeople;
};

/** Marks people who change when the caller's transaction commits; a stream stands for its possible visitor. O(ids). */
export function markStale(projectId: string, profileIds: Iterable<number>, streamIds: Iterable<number> = []): void {
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
  for (const id of streamIds) people.add(visitorNumber(id));
  all.count += people.size - before;
}

/**
 * Takes everybody marked before the previous call, by project: a profile's id, or minus a visitor's stream. The delay
 * of one call lets the transactions that changed them commit; the job's own search finds the people of slower ones.
 */
export function takeStale(): People {
  const all = waiting();
  shared.throughlineStalePeople = { fresh: new Map(), settled: all.fresh, count: 0, calls: all.calls };
  return all.settled;
}

/**
 * How often `markStale` has been called since the process started, about once per batch of events: a measure of the
 * engine's load.
 */
export const markStaleCalls = (): number => waiting().calls;
