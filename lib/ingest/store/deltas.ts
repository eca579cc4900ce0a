import type { Tx, UnitOfWork } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import {
  addEvidence,
  addToSpan,
  type EvidenceReader,
  type Holding,
  hasOnlyGrown,
  holdings,
  type StreamEvidence,
} from "@/lib/identity/claim";
import { applyChange } from "@/lib/identity/fold";
import { streamsWithChanges } from "@/lib/identity/fold.queries";
import { type SpanWrite, updateUsers, writeStreams } from "@/lib/identity/identities.store";
import type { LockedStream, LockedUser, SpanRow, UserDelta } from "@/lib/identity/locked-identities";
import type { PartitionParams } from "@/lib/identity/partition";
import { documentBytes, PropertySpace } from "@/lib/identity/property-limits";
import type { LogSize } from "@/lib/identity/property-log.store";
import { markStale } from "@/lib/profiles/facts/stale-people";
import { writeStats } from "@/lib/profiles/profiles.store";
import { PropertyLog } from "./property-log";
import { rebuildProfiles } from "./rebuild-profiles";

const NOTHING: Holding = { count: 0, firstSeen: null, lastSeen: null };

/**
 * A batch's changes besides its events: summed in memory, then written in lock order, one statement per table. Add only
 * operations that were actually inserted (docs/identity.md R16).
 */
export class BatchDeltas {
  private readonly userDeltas = new Map<number, UserDelta>();
  private readonly stats = new Map<number, Holding>();
  private readonly toRecount = new Set<number>();
  private readonly toRebuild = new Set<number>();
  private readonly log: PropertyLog;
  private readonly redivided = new Map<number, Set<number>>();
  private readonly before: Map<number, { spans: SpanRow[]; identity: string }>;
  private holdingsBefore = new Map<number, Holding>();

  constructor(
    private readonly projectId: string,
    private readonly streams: ReadonlyMap<number, LockedStream>,
    private readonly users: ReadonlyMap<number, LockedUser>,
    uses: ReadonlyMap<number, LogSize> = new Map(),
    private readonly space = new PropertySpace(),
    warn: (operationId: string, warning: string) => void = () => undefined,
  ) {
    this.log = new PropertyLog(projectId, streams, users, uses, space, warn);
    this.before = new Map(
      [...streams].map(([id, stream]) => [
        id,
        { spans: stream.spans.map((span) => ({ ...span })), identity: identityOf(stream) },
      ]),
    );
  }

  /**
   * Counts an inserted operation; an anonymous one before evidence is applied (docs/identity.md P1).
   */
  add(operation: Operation, userId: number | null, streamId: number | null): void {
    if (userId !== null) this.addExplicit(operation, userId);
    else if (streamId !== null) this.addAnonymous(operation, streamId);
  }

  private addExplicit(operation: Operation, userId: number): void {
    const user = this.users.get(userId) as LockedUser;
    const delta = this.userDelta(user, operation.ts);
    if (operation.active) {
      grow(delta, 1, operation.ts, operation.ts);
      this.addTo(user.profileId, 1, operation.ts, operation.ts);
    }
    if (user.createdAt === null || operation.ts < user.createdAt) this.toRebuild.add(user.profileId);
    if (operation.changes.length === 0) return;
    this.toRebuild.add(user.profileId);
    user.props ??= {};
    if (delta.props === null) {
      delta.props = user.props;
      delta.changesBytes = -documentBytes(user.props);
    }
    for (const change of operation.changes) {
      if (this.log.addUser(user, operation, change)) applyChange(user.props, change, [1, operation.ts, operation.id]);
    }
  }

  private addAnonymous(operation: Operation, streamId: number): void {
    const stream = this.streams.get(streamId) as LockedStream;
    if (operation.active) {
      const span = spanAt(stream, operation.ts);
      addToSpan(span, 1, operation.ts, operation.ts);
      if (span.owner) this.addTo((this.users.get(span.owner) as LockedUser).profileId, 1, operation.ts, operation.ts);
    }
    for (const change of operation.changes) this.log.addStream(stream, operation, change);
  }

  /** Remembers each owner's totals of a stream. Call it just before applying evidence. */
  beforeEvidence(stream: LockedStream): void {
    this.holdingsBefore = holdings(stream.spans);
  }

  /** Adds what owners gained, and marks the profiles of those who lost anything for a recount. Call it just after. */
  afterEvidence(stream: LockedStream): void {
    const after = holdings(stream.spans);
    for (const owner of new Set([...this.holdingsBefore.keys(), ...after.keys()])) {
      const had = this.holdingsBefore.get(owner) ?? NOTHING;
      const has = after.get(owner) ?? NOTHING;
      const { profileId } = this.users.get(owner) as LockedUser;
      if (!hasOnlyGrown(had, has)) this.toRecount.add(profileId);
      else this.addTo(profileId, has.count - had.count, has.firstSeen, has.lastSeen); // as many others may remain
    }
    if (boundaries(stream.spans) !== boundaries(this.before.get(stream.id)?.spans ?? []))
      this.redivided.set(stream.id, new Set([...this.holdingsBefore.keys(), ...after.keys()]));
  }

  /** Applies evidence to a stream and adds what owners gained by it. */
  async applyEvidence(
    stream: LockedStream,
    evidence: readonly StreamEvidence[],
    params: PartitionParams,
    read: EvidenceReader,
  ): Promise<void> {
    this.beforeEvidence(stream);
    await addEvidence(stream, evidence, params, read);
    this.afterEvidence(stream);
  }

  /**
   * Writes everything. The rows are already locked, so the order only matters where a statement reads another's result.
   */
  async write(unit: UnitOfWork, claimants: Iterable<number> = []): Promise<void> {
    const { projectId } = this;
    const { tx } = unit;
    this.addClaims(claimants);
    markStale(projectId, new Set([...this.users.values()].map((user) => user.profileId)), this.streams.keys());
    const changedStreams = [...this.streams.values()].filter(
      (stream) => this.before.get(stream.id)?.identity !== identityOf(stream),
    );
    const gains = [...this.stats].flatMap(([profileId, figures]) =>
      this.toRecount.has(profileId) ? [] : [{ profileId, ...figures }],
    );
    unit.defer(writeStreams(tx, projectId, changedStreams, this.spanChanges()));
    await this.log.write(unit, (id, bytes) => {
      (this.userDeltas.get(id) as UserDelta).changesBytes += bytes;
    });
    const deltas = [...this.userDeltas.values()];
    for (const delta of deltas) {
      if (delta.props) delta.changesBytes += documentBytes(delta.props);
      this.space.grown += delta.changesBytes;
    }
    unit.defer(updateUsers(tx, projectId, deltas));
    unit.defer(writeStats(tx, projectId, gains, [...this.toRecount]));
    await rebuildProfiles(unit, projectId, await this.profilesToRebuild(tx));
  }

  /** The profiles whose properties, name or creation time may have changed, in lock order. */
  private async profilesToRebuild(tx: Tx): Promise<number[]> {
    for (const { streamId, ts } of this.log.streamTimes()) {
      const { owner } = spanAt(this.streams.get(streamId) as LockedStream, ts);
      if (owner) this.toRebuild.add((this.users.get(owner) as LockedUser).profileId);
    }
    for (const streamId of await streamsWithChanges(tx, this.projectId, [...this.redivided.keys()]))
      for (const owner of this.redivided.get(streamId) ?? [])
        this.toRebuild.add((this.users.get(owner) as LockedUser).profileId);
    return [...this.toRebuild].sort((a, b) => a - b);
  }

  private spanChanges() {
    const changes = {
      remove: [] as { streamId: number; from: number }[],
      update: [] as SpanWrite[],
      insert: [] as SpanWrite[],
    };
    for (const [streamId, stream] of this.streams) {
      const spans = this.before.get(streamId)?.spans ?? [];
      const [only] = stream.spans;
      // Fast path for nearly all streams, which have one span before and after.
      if (spans.length === 1 && stream.spans.length === 1 && only && spans[0]?.from === only.from) {
        if (!isSameSpan(spans[0], only)) changes.update.push({ streamId, span: only });
        continue;
      }
      const removed = new Map(spans.map((span) => [span.from, span]));
      for (const span of stream.spans) {
        const previous = removed.get(span.from);
        removed.delete(span.from);
        if (!previous) changes.insert.push({ streamId, span });
        else if (!isSameSpan(previous, span)) changes.update.push({ streamId, span });
      }
      for (const from of removed.keys()) changes.remove.push({ streamId, from });
    }
    return changes;
  }

  /** Adds the users' claim counters to their deltas. */
  private addClaims(userIds: Iterable<number>): void {
    for (const id of userIds) {
      const user = this.users.get(id) as LockedUser;
      const delta = this.userDeltas.get(id);
      if (!delta) continue;
      delta.claimsSince = user.claimsSince;
      delta.claimsCount = user.claimsCount;
    }
  }

  private userDelta(user: LockedUser, ts: number): UserDelta {
    let delta = this.userDeltas.get(user.id);
    if (!delta) {
      delta = {
        id: user.id,
        count: 0,
        firstSeen: null,
        lastSeen: null,
        createdAt: ts,
        props: null,
        changesBytes: 0,
        claimsSince: null,
        claimsCount: null,
      };
      this.userDeltas.set(user.id, delta);
    }
    delta.createdAt = Math.min(delta.createdAt, ts);
    return delta;
  }

  private addTo(profileId: number, count: number, firstSeen: number | null, lastSeen: number | null): void {
    const figures = this.stats.get(profileId) ?? { ...NOTHING };
    grow(figures, count, firstSeen, lastSeen);
    this.stats.set(profileId, figures);
  }
}

function grow(figures: Holding, count: number, firstSeen: number | null, lastSeen: number | null): void {
  figures.count += count;
  if (firstSeen !== null) figures.firstSeen = Math.min(figures.firstSeen ?? firstSeen, firstSeen);
  if (lastSeen !== null) figures.lastSeen = Math.max(figures.lastSeen ?? lastSeen, lastSeen);
}

/** The span that contains a moment; spans tile the line, so there is exactly one. */
function spanAt(stream: LockedStream, ts: number): SpanRow {
  const span = stream.spans.find((s) => s.from <= ts && ts < s.to);
  if (!span) throw new Error(`spans of stream ${stream.id} do not tile`);
  return span;
}

/** Whether two spans have the same stored form. */
const isSameSpan = (a: SpanRow, b: SpanRow): boolean =>
  a.from === b.from &&
  a.to === b.to &&
  a.owner === b.owner &&
  a.run?.first === b.run?.first &&
  a.run?.last === b.run?.last &&
  a.count === b.count &&
  a.firstSeen === b.firstSeen &&
  a.lastSeen === b.lastSeen;

const boundaries = (spans: readonly SpanRow[]): string => spans.map((s) => `${s.from}:${s.owner}`).join();

const identityOf = (stream: LockedStream): string => `${stream.seenUsers.join()}|${stream.contended}`;
