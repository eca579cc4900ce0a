/**
 * One piece of evidence from an event: the account that the event names (`source` is event), or that a property or an
 * e-mail's domain names from `ts` (ms) on; "" for none.
 */
export type EvidencePoint = { actorId: number; source: string; ts: number; id: string; accountId: string };

/** The ascending times at which an identity changes its owner, or was unassigned from the account. */
export type EvidenceCuts = (actorId: number, accountId: string) => readonly number[];

/** Points kept per identity and source, newest first. */
const MAX_POINTS = 1_000;

/**
 * The points that memberships depend on (docs/accounts.md M1 to M4): the first and the last of each run of points that
 * name the same account. A cut ends a run, as later points may belong to somebody else. O(n log n).
 */
export function condenseEvidence(points: readonly EvidencePoint[], cuts: EvidenceCuts): EvidencePoint[] {
  const sequences = new Map<string, EvidencePoint[]>();
  for (const point of points) {
    // Each account that events name has its own runs; a property has one sequence of accounts.
    const key = [point.actorId, point.source, point.source === EVENT_SOURCE ? point.accountId : ""].join("\n");
    const sequence = sequences.get(key);
    if (sequence) sequence.push(point);
    else sequences.set(key, [point]);
  }
  return [...sequences.values()].flatMap((sequence) => {
    sequence.sort((a, b) => a.ts - b.ts || (a.id < b.id ? -1 : 1));
    return sequence.filter((point, i) => !isBetween(sequence[i - 1], point, sequence[i + 1], cuts)).slice(-MAX_POINTS);
  });
}

export const EVENT_SOURCE = "event";

function isBetween(
  before: EvidencePoint | undefined,
  point: EvidencePoint,
  after: EvidencePoint | undefined,
  cuts: EvidenceCuts,
): boolean {
  if (before?.accountId !== point.accountId || after?.accountId !== point.accountId) return false;
  const from = before.ts;
  const to = after.ts;
  return !cuts(point.actorId, point.accountId).some((cut) => from < cut && cut <= to);
}
