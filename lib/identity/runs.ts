import { ERASED, type UserRun } from "./partition";

/**
 * Evidence of the run's user around a moment: the newest before it, whether there is any at that millisecond, and the
 * oldest after it. Times in ms.
 */
export type Neighbours = { before: number | null; at: boolean; after: number | null };

/** Where a point of evidence falls among a stream's runs. `inside` another user's run, their evidence is needed too. */
export type Placement = { kind: "known" } | { kind: "outside"; index: number } | { kind: "inside"; index: number };

/** Finds where evidence (user, t) falls. `index` is the first run that does not end before t. O(log runs). */
export function placementOf(runs: readonly UserRun[], user: number, t: number): Placement {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle] as UserRun).last < t) low = middle + 1;
    else high = middle;
  }
  const run = runs[low];
  if (!run || t < run.first) return { kind: "outside", index: low };
  return run.user === user ? { kind: "known" } : { kind: "inside", index: low };
}

/**
 * Adds evidence in a gap: it extends an adjacent run of the same user or becomes a run (docs/identity.md R6a). O(runs).
 */
export function addOutside(runs: readonly UserRun[], index: number, user: number, t: number): UserRun[] {
  const before = runs[index - 1];
  const after = runs[index];
  const next = [...runs];
  if (before?.user === user) next[index - 1] = { ...before, last: t };
  else if (after?.user === user) next[index] = { ...after, first: t };
  else next.splice(index, 0, { user, first: t, last: t });
  return next;
}

/**
 * Adds evidence inside another user's run, which it splits (R6a). If both have evidence at the same millisecond, only
 * the greater user id counts; `wins`: that is the new one. O(runs).
 */
export function addInside(
  runs: readonly UserRun[],
  index: number,
  user: number,
  t: number,
  neighbours: Neighbours,
  wins: boolean,
): UserRun[] {
  if (neighbours.at && !wins) return [...runs];
  const split = runs[index] as UserRun;
  const pieces: UserRun[] = [];
  if (neighbours.before !== null) pieces.push({ user: split.user, first: split.first, last: neighbours.before });
  pieces.push({ user, first: t, last: t });
  if (neighbours.after !== null) pieces.push({ user: split.user, first: neighbours.after, last: split.last });
  return coalesce([...runs.slice(0, index), ...pieces, ...runs.slice(index + 1)]);
}

/**
 * Joins adjacent runs of one user, which a lost tie can leave behind. Does not join erased ones: the time between two
 * of them belonged to nobody (docs/identity.md R13).
 */
export function coalesce(runs: readonly UserRun[]): UserRun[] {
  const out: UserRun[] = [];
  for (const run of runs) {
    const last = out.at(-1);
    if (last && last.user === run.user && run.user !== ERASED) last.last = Math.max(last.last, run.last);
    else out.push({ ...run });
  }
  return out;
}

/** Computes a stream's runs from all its evidence (R6a). O(n log n). */
export function userRunsOf(
  evidence: readonly { user: number; t: number }[],
  greater: (a: number, b: number) => boolean,
): UserRun[] {
  const sorted = [...evidence].sort((a, b) => a.t - b.t || (a.user === b.user ? 0 : greater(a.user, b.user) ? -1 : 1));
  const points = sorted.filter((point, i) => i === 0 || point.t !== sorted[i - 1]?.t);
  return coalesce(points.map(({ user, t }) => ({ user, first: t, last: t })));
}

/** Compares user ids by bytes, to break ties (R6a). UTF-16 order differs beyond the basic plane. */
export const isGreaterId = (a: string, b: string): boolean => Buffer.compare(Buffer.from(a), Buffer.from(b)) > 0;
