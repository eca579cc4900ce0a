import type { LockedStream, SpanRow } from "./locked-identities";
import {
  ERASED,
  MAX_REMEMBERED_USERS,
  MAX_RUNS_PER_STREAM,
  type PartitionParams,
  partition,
  type Span,
  type UserRun,
} from "./partition";
import { addInside, addOutside, isGreaterId, type Neighbours, placementOf, userRunsOf } from "./runs";

/** Reads of events that attribution may need; each is an index probe or one index range. */
export type EvidenceReader = {
  /** Evidence of `user` on the stream around `t`, within [from, to]. */
  neighbours(streamId: number, user: number, t: number, from: number, to: number): Promise<Neighbours>;
  /** Active anonymous events of the stream in [from, to). */
  count(
    streamId: number,
    from: number,
    to: number,
  ): Promise<{ count: number; firstSeen: number | null; lastSeen: number | null }>;
  /** Time of the newest active anonymous event in [from, to), or null. */
  newest(streamId: number, from: number, to: number): Promise<number | null>;
  /** The customer's user ids, by internal id. */
  extIds(ids: readonly number[]): Promise<ReadonlyMap<number, string>>;
};

/** One point of evidence: `user` and the stream were seen together at `t` (ms). */
export type StreamEvidence = { user: number; t: number };

/** The runs that a stream's spans were computed from, one per owned span (docs/identity.md R6b). */
export const runsOfSpans = (spans: readonly Span[]): UserRun[] =>
  spans.flatMap((span) => (span.run ? [{ ...span.run }] : []));

/**
 * Adds evidence to a locked stream and recomputes its spans (R6). Mutates `stream`; store its events first. O(1) rows
 * for a first claim or a repetition by the same user; otherwise O(runs), a probe per point inside another user's run,
 * and a recount of the ranges that change owner.
 */
export async function addEvidence(
  stream: LockedStream,
  evidence: readonly StreamEvidence[],
  params: PartitionParams,
  read: EvidenceReader,
): Promise<void> {
  if (evidence.length === 0) return;
  for (const { user } of evidence)
    if (!stream.seenUsers.includes(user) && stream.seenUsers.length < MAX_REMEMBERED_USERS) {
      stream.seenUsers.push(user);
      if (stream.seenUsers.length > params.maxUsers) stream.contended = true;
    }
  let runs = stream.contended ? [] : runsOfSpans(stream.spans);
  for (const { user, t } of evidence) {
    if (stream.contended) break;
    runs = await addPoint(stream.id, runs, user, t, read);
    if (runs.length > MAX_RUNS_PER_STREAM) stream.contended = true;
  }
  await recomputeSpans(stream, stream.contended ? erasedRuns(stream.spans) : runs, params, read);
}

/** A contended stream belongs to nobody, but its erased spans stay erased. */
export const erasedRuns = (spans: readonly Span[]): UserRun[] =>
  runsOfSpans(spans).filter((run) => run.user === ERASED);

/**
 * Recomputes a locked stream from all evidence that still counts, after a detach or attach (R14); keeps erased spans.
 * Mutates `stream`; O(evidence).
 */
export async function rebuildSpans(
  stream: LockedStream,
  evidence: readonly StreamEvidence[],
  names: ReadonlyMap<number, string>,
  params: PartitionParams,
  read: EvidenceReader,
): Promise<void> {
  const erased = erasedRuns(stream.spans);
  const counted = evidence.filter(({ t }) => !erased.some((run) => run.first <= t && t <= run.last));
  const users = [...new Set(evidence.map(({ user }) => user)), ...(erased.length > 0 ? [ERASED] : [])];
  const mayMissUsers = stream.seenUsers.length >= MAX_REMEMBERED_USERS;
  const isGreater = (a: number, b: number) => isGreaterId(names.get(a) ?? "", names.get(b) ?? "");
  const runs: UserRun[] = [];
  // Erased runs stay, and split the evidence into the parts between them.
  let after = Number.NEGATIVE_INFINITY;
  for (const sentinel of [...erased, null]) {
    const until = sentinel?.first ?? Number.POSITIVE_INFINITY;
    runs.push(
      ...userRunsOf(
        counted.filter(({ t }) => after < t && t < until),
        isGreater,
      ),
      ...(sentinel ? [sentinel] : []),
    );
    after = sentinel?.last ?? after;
  }
  stream.contended = mayMissUsers || users.length > params.maxUsers || runs.length > MAX_RUNS_PER_STREAM;
  if (!mayMissUsers) stream.seenUsers = users;
  await recomputeSpans(stream, stream.contended ? erased : runs, params, read);
}

async function addPoint(
  streamId: number,
  runs: UserRun[],
  user: number,
  t: number,
  read: EvidenceReader,
): Promise<UserRun[]> {
  const placement = placementOf(runs, user, t);
  if (placement.kind === "known") return runs;
  if (placement.kind === "outside") return addOutside(runs, placement.index, user, t);
  const other = runs[placement.index] as UserRun;
  if (other.user === ERASED) return runs; // an erased span stays erased
  const neighbours = withEnds(other, t, await read.neighbours(streamId, other.user, t, other.first, other.last));
  const names = neighbours.at ? await read.extIds([user, other.user]) : undefined;
  const wins = names === undefined || isGreaterId(names.get(user) ?? "", names.get(other.user) ?? "");
  return addInside(runs, placement.index, user, t, neighbours, wins);
}

/** Adds the run's ends, which stay evidence after retention has deleted their events (docs/identity.md P9). */
const withEnds = (run: UserRun, t: number, { before, at, after }: Neighbours): Neighbours => ({
  before: before ?? (run.first < t ? run.first : null),
  at,
  after: after ?? (run.last > t ? run.last : null),
});

/** Recomputes the spans from `runs` and moves the counts over. Mutates `stream.spans`. */
export async function recomputeSpans(
  stream: LockedStream,
  runs: readonly UserRun[],
  params: PartitionParams,
  read: EvidenceReader,
): Promise<void> {
  const users = stream.contended ? 0 : stream.seenUsers.length;
  const next = partition(runs, params, users).map(
    (span): SpanRow => ({ ...span, count: 0, firstSeen: null, lastSeen: null }),
  );
  for (const old of stream.spans) if (old.count > 0) await carryOver(stream.id, old, next, read);
  stream.spans = next;
}

/**
 * Moves the counts of `old` to the new spans. If it was split, counts the events of the newer parts and gives the
 * oldest the rest (docs/identity.md P9): a switch of users splits a span near its newest end, so there are few to
 * count.
 */
async function carryOver(streamId: number, old: SpanRow, next: SpanRow[], read: EvidenceReader): Promise<void> {
  const first = old.firstSeen as number;
  const last = old.lastSeen as number;
  const [oldest, ...newer] = next.filter((span) => span.from <= last && span.to > first);
  if (!oldest) throw new Error(`spans of stream ${streamId} do not tile`);
  let rest = old.count;
  for (const span of newer) {
    const piece = await read.count(streamId, Math.max(span.from, old.from), Math.min(span.to, old.to));
    addToSpan(span, piece.count, piece.firstSeen, piece.lastSeen);
    rest -= piece.count;
  }
  // If retention has deleted its events, only the oldest time is known.
  const lastSeen = newer.length === 0 ? last : ((await read.newest(streamId, old.from, oldest.to)) ?? first);
  addToSpan(oldest, rest, first, lastSeen);
}

/** Adds events to the counts of a span. */
export function addToSpan(span: SpanRow, count: number, firstSeen: number | null, lastSeen: number | null): void {
  if (count <= 0 || firstSeen === null || lastSeen === null) return;
  span.count += count;
  span.firstSeen = Math.min(span.firstSeen ?? firstSeen, firstSeen);
  span.lastSeen = Math.max(span.lastSeen ?? lastSeen, lastSeen);
}

/**
 * Erases the spans of `users` on a locked stream (docs/identity.md R13); `runs` already has their runs as erased ones.
 * Throws if an event of anybody else would move. Mutates `stream`.
 */
export async function eraseRuns(
  stream: LockedStream,
  users: readonly number[],
  runs: readonly UserRun[],
  params: PartitionParams,
  read: EvidenceReader,
): Promise<void> {
  const others = stream.spans.filter(({ owner }) => owner === null || !users.includes(owner));
  const heldByOthers = JSON.stringify([...holdings(others)]);
  stream.seenUsers = [...new Set(stream.seenUsers.map((id) => (users.includes(id) ? ERASED : id)))];
  await recomputeSpans(stream, runs, params, read);
  for (const span of stream.spans)
    if (span.owner === ERASED) Object.assign(span, { count: 0, firstSeen: null, lastSeen: null });
  if (JSON.stringify([...holdings(stream.spans)]) !== heldByOthers)
    throw new Error("an erasure must not move anybody else's events");
}

/** The totals of one owner on a stream, summed over their spans. */
export type Holding = { count: number; firstSeen: number | null; lastSeen: number | null };

/** Holdings by owner, without unclaimed and erased spans. */
export function holdings(spans: readonly SpanRow[]): Map<number, Holding> {
  const out = new Map<number, Holding>();
  for (const span of spans) {
    if (!span.owner) continue;
    const holding = out.get(span.owner) ?? { count: 0, firstSeen: null, lastSeen: null };
    holding.count += span.count;
    if (span.firstSeen !== null) holding.firstSeen = Math.min(holding.firstSeen ?? span.firstSeen, span.firstSeen);
    if (span.lastSeen !== null) holding.lastSeen = Math.max(holding.lastSeen ?? span.lastSeen, span.lastSeen);
    out.set(span.owner, holding);
  }
  return out;
}

/** Whether `after` only adds to `before`: totals can then be updated without reading other spans. */
export function hasOnlyGrown(before: Holding, after: Holding): boolean {
  return (
    after.count >= before.count &&
    (before.firstSeen === null || (after.firstSeen !== null && after.firstSeen <= before.firstSeen)) &&
    (before.lastSeen === null || (after.lastSeen !== null && after.lastSeen >= before.lastSeen))
  );
}
