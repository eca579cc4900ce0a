import type { Pool } from "@/lib/db/pool";
import { endProgress, recordProgress } from "@/lib/faults/progress";
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
export type FactsBatch = { projectId: string; people: number[] };

export function batchesOf(projectId: string, people: Iterable<number>): FactsBatch[] {
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
const PASSES = 3;
/** What a statement counts for at least, in rows. */
const MIN_ROWS = SEARCH_ROWS / 50;

/** Where the walk over a project's people has got to. */
type Walk = { pass: number; from: number; progress: WalkProgress };

const newWalk = (db: Pool, projectId: string): Walk => ({
  pass: 0,
  from: Number.MIN_SAFE_INTEGER,
  progress: walkProgress(db, projectId),
});

/**
 * Finds people whose facts are stale, one step at a time, by walking over each project's people again and again.
 * Projects take turns, so that a small one does not wait for the end of a large one's walk. A turn looks at the newest
 * people, then at the next range of all. If an update left many stale, it records the walk's progress, because
 * everybody found is computed before the next step.
 */
export function createStaleSearch(db: Pool): (now: number) => Promise<FactsBatch[]> {
  /** In the order of their turns. */
  const walks = new Map<string, Walk>();
  return async (now) => {
    const projects = new Set(await projectIds(db));
    for (const [id, { progress }] of walks) {
      if (projects.has(id)) continue;
      progress.end();
      walks.delete(id);
    }
    for (const id of projects) if (!walks.has(id)) walks.set(id, newWalk(db, id));
    const found: FactsBatch[] = [];
    let left = SEARCH_ROWS;
    for (const [id, walk] of [...walks]) {
      if (left <= 0) break;
      // Everybody whom its last turn found is computed by now.
      const isOver = walk.pass === PASSES;
      if (isOver) walk.progress.end();
      const current = isOver ? newWalk(db, id) : walk;
      walks.delete(id);
      walks.set(id, current); // behind the others
      const turn = await walkOn(db, id, current, left, now);
      found.push(...batchesOf(id, turn.stale));
      left -= turn.rows;
    }
    return found;
  };
}

/** A project's turn: its newest people, then about `limit` rows of its walk. */
async function walkOn(
  db: Pool,
  projectId: string,
  walk: Walk,
  limit: number,
  now: number,
): Promise<{ stale: Set<number>; rows: number }> {
  const stale = new Set(await staleAmongNewest(db, projectId, NEWEST_ROWS));
  const passes = walkPasses(db, projectId, now);
  let rows = 0;
  while (rows < limit && walk.pass < PASSES) {
    const range = await (passes[walk.pass] as Find)(walk.from, limit - rows);
    for (const person of range.stale) stale.add(person);
    if (walk.pass < PEOPLE_PASSES) await walk.progress.add(range);
    rows += Math.max(range.read, MIN_ROWS);
    if (range.next === null) walk.pass++;
    walk.from = range.next ?? Number.MIN_SAFE_INTEGER;
  }
  return { stale, rows };
}

type WalkProgress = ReturnType<typeof walkProgress>;

/** The progress of one walk over a project, recorded from the first person with facts of an older version. */
function walkProgress(db: Pool, projectId: string) {
  let walked = 0;
  let total: number | null = null;
  return {
    add: async ({ read, isOutdated }: WalkedPeople): Promise<void> => {
      if (isOutdated) total ??= await peopleToWalk(db, projectId);
      if (total !== null) recordProgress("facts", projectId, walked, total);
      walked += read; // the people of this range are computed next
    },
    end: () => endProgress("facts", projectId),
  };
}
