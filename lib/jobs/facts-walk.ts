import type { Pool } from "@/lib/db/pool";
import { endProgress, noteProgress } from "@/lib/faults/progress";
import { utcDay } from "@/lib/format/time";
import {
  orphanFacts,
  peopleToWalk,
  projectIds,
  staleAmongNewest,
  staleProfiles,
  staleVisitors,
  type WalkedPeople,
} from "@/lib/profiles/facts/facts.queries";

/** People computed by one statement: about 50 ms for short histories. */
export const BATCH_PEOPLE = 200;
/** Rows read per search. */
export const SEARCH_ROWS = 5_000;
const NEWEST_ROWS = 500;

/** People of one project that are computed together. */
export type Group = { projectId: string; people: number[] };

export function groupsOf(projectId: string, people: Iterable<number>): Group[] {
  const all = [...people];
  return Array.from({ length: Math.ceil(all.length / BATCH_PEOPLE) }, (_, i) => ({
    projectId,
    people: all.slice(i * BATCH_PEOPLE, (i + 1) * BATCH_PEOPLE),
  }));
}

type Find = (from: number, limit: number) => Promise<WalkedPeople>;

/** The passes that together find everybody in a project with stale facts. */
export function walkPasses(db: Pool, projectId: string, now: number): Find[] {
  const day = utcDay(now);
  return [
    (from, limit) => staleProfiles(db, projectId, from, limit, day),
    (from, limit) => staleVisitors(db, projectId, from, limit, day),
    (from, limit) => orphanFacts(db, projectId, from, limit),
  ];
}

/** The passes over people; the last one finds facts of people who no longer exist. */
const PEOPLE_PASSES = 2;

/**
 * One step of a walk that covers everybody again and again (a project's newest people, then a range of all of them) and
 * finds those whose facts are stale. If an update left many, it records the walk's progress, as everybody found is
 * computed before the next step.
 */
export function searcher(db: Pool): (now: number) => Promise<Group[]> {
  const waiting: { projectId: string; pass: number; from: number }[] = [];
  let progress = walkProgress(db, []);
  return async (now) => {
    const found: Group[] = [];
    if (waiting.length === 0) {
      progress.end();
      const projects = await projectIds(db);
      progress = walkProgress(db, projects);
      for (const projectId of projects) {
        found.push(...groupsOf(projectId, await staleAmongNewest(db, projectId, NEWEST_ROWS)));
        waiting.push(...[0, 1, 2].map((pass) => ({ projectId, pass, from: Number.MIN_SAFE_INTEGER })));
      }
    }
    for (let left = SEARCH_ROWS; left > 0 && waiting.length > 0; ) {
      const at = waiting[0] as (typeof waiting)[number];
      const find = walkPasses(db, at.projectId, now)[at.pass] as Find;
      const range = await find(at.from, left);
      found.push(...groupsOf(at.projectId, range.stale));
      if (at.pass < PEOPLE_PASSES) await progress.add(range);
      if (range.next === null) waiting.shift();
      else at.from = range.next;
      left -= range.next === null ? Math.ceil(SEARCH_ROWS / 50) : left;
    }
    return found;
  };
}

/** The progress of one walk over these projects, recorded from the first person with facts of an older version. */
function walkProgress(db: Pool, projects: readonly string[]) {
  let walked = 0;
  let total: number | null = null;
  return {
    add: async ({ read, isOutdated }: WalkedPeople): Promise<void> => {
      if (isOutdated && total === null) {
        total = 0;
        for (const projectId of projects) total += await peopleToWalk(db, projectId);
      }
      if (total !== null) noteProgress("facts", "walk", walked, total);
      walked += read; // the people of this range are computed next
    },
    end: () => endProgress("facts", "walk"),
  };
}
