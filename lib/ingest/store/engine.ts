import type pg from "pg";
import { writeAccounts } from "@/lib/accounts/store";
import { pipelined, type Tx } from "@/lib/db/pool";
import type { Operation, Outcome } from "@/lib/events/operation";
import { addEvidence, type Evidence } from "@/lib/identity/claim";
import { partitionParams } from "@/lib/identity/params";
import { keptUse } from "@/lib/identity/property-log.store";
import { nameKey, resolveIdentities } from "@/lib/identity/resolve";
import type { IdentityName, KnownIdentity, Stream, User } from "@/lib/identity/rows";
import type { PropertySpace } from "@/lib/identity/space";
import { lockStreams, lockUsers } from "@/lib/identity/store";
import { lockStatsOf } from "@/lib/profiles/store";
import type { ProjectSettings } from "@/lib/projects/settings";
import { noteUses } from "@/lib/projects/usage";
import { addUses, type Uses } from "@/lib/projects/usage.store";
import { mergeSessions } from "@/lib/sessions/merge";
import { upsertSessions } from "@/lib/sessions/store";
import { sessionIds } from "./assign-sessions";
import { propertySpace, withinCeilings } from "./ceilings";
import { admitClaims, claimsAnew } from "./claim-limit";
import { BatchEffects } from "./deltas";
import { evidenceReader, insertEvents, type StoredOperation, sessionsOf } from "./events.store";
import { sorted } from "./lock-order";
import { Refused } from "./property-log";
import { retrying } from "./retry";
import { isIdentify, unchangedAmong } from "./unchanged-identify";

const NONE: ReadonlySet<string> = new Set();

/**
 * Stores a batch of operations of one project and everything that follows from them, in one transaction
 * (docs/identity.md E4). Answers one outcome per operation, in order. O(batch) rows; events are read only where a span changes
 * hands. Throws if the database is away or refuses the batch.
 */
export async function applyBatch(
  db: pg.Pool,
  project: ProjectSettings,
  operations: readonly Operation[],
): Promise<Outcome[]> {
  const held = await withinCeilings(db, project, operations);
  return retrying(db, async () => {
    const known = await resolveIdentities(db, project.id, namesOf(held), project.ceilings);
    const space = await propertySpace(db, project, held);
    const counted = (uses: Partial<Uses>) => noteUses(db, project.id, uses);
    return pipelined(db, (tx, last) => store(tx, last, project, held, known, space, counted));
  });
}

function namesOf(operations: readonly Operation[]): Map<string, IdentityName> {
  const names = new Map<string, IdentityName>();
  const name = (kind: "u" | "a", extId: string, streamClass: IdentityName["streamClass"], ts: number): void => {
    const key = nameKey(kind, extId);
    const known = names.get(key);
    // The first operation fixes a stream's class (docs/identity.md R3, X6).
    if (!known) names.set(key, { kind, extId, streamClass, newest: ts });
    else if (ts > known.newest) known.newest = ts;
  };
  for (const { user, anon, streamClass, ts } of operations) {
    if (user !== null) name("u", user, null, ts);
    if (anon !== null) name("a", anon, streamClass, ts);
  }
  return names;
}

/** An operation with its internal ids; `dropped` when its person was erased. `over`: whom of it a ceiling kept out, in words. */
type Bound = {
  operation: Operation;
  index: number;
  userId: number | null;
  streamId: number | null;
  dropped: boolean;
  over: string[];
};

/**
 * What a ceiling keeps out. Without its user an operation is nobody's, not its device's: that may be somebody else's
 * (a wrong person is worse than none).
 */
const OVER_USER = "stored without a person: this project has as many user ids as its ceiling allows";
const OVER_DEVICE = "stored without its device: this project has as many anonymous ids as its ceiling allows";

function bind(
  operations: readonly Operation[],
  known: ReadonlyMap<string, KnownIdentity>,
): { bound: Bound[]; repeats: number[] } {
  const seen = new Set<string>();
  const bound: Bound[] = [];
  const repeats: number[] = [];
  operations.forEach((operation, index) => {
    if (seen.has(operation.id)) {
      repeats.push(index);
      return;
    }
    seen.add(operation.id);
    const user = operation.user === null ? undefined : known.get(nameKey("u", operation.user));
    const stream = operation.anon === null ? undefined : known.get(nameKey("a", operation.anon));
    bound.push({
      operation,
      index,
      userId: user?.id ?? null,
      // What is older than a stream's erasure counts as sent without it (docs/identity.md X10).
      streamId: isErased(stream, operation.ts) || user?.isOver ? null : (stream?.id ?? null),
      dropped: isErased(user ?? stream, operation.ts),
      over: user?.isOver ? [OVER_USER] : stream?.isOver ? [OVER_DEVICE] : [],
    });
  });
  return { bound, repeats };
}

const isErased = (identity: KnownIdentity | undefined, ts: number): boolean =>
  identity !== undefined && (identity.suppressed || (identity.erasedUntil !== null && ts <= identity.erasedUntil));

async function store(
  tx: Tx,
  last: (sent: Promise<unknown>) => void,
  project: ProjectSettings,
  operations: readonly Operation[],
  known: ReadonlyMap<string, KnownIdentity>,
  space: PropertySpace,
  counted: (uses: Partial<Uses>) => void,
): Promise<Outcome[]> {
  const { bound, repeats } = bind(operations, known);
  const streams = await lockStreams(tx, project.id, sorted(bound.map((b) => b.streamId)));
  for (const one of bound) one.dropped ||= one.userId === null && fallsOnErased(one, streams);
  const kept = bound.filter((b) => !b.dropped);
  const locking = lockAllUsers(tx, project.id, kept, streams);
  last(locking);
  const sessions = await sessionIds(tx, project.id, kept);
  // Mostly everybody was seen on their device before: then nothing of the events depends on the users, and they follow at once.
  const claims = admitClaims(kept, streams, claimsAnew(kept, streams) ? await locking : new Map(), Date.now());
  const unchanged = kept.some(isIdentify) ? unchangedAmong(kept, streams, await locking) : NONE;
  const rows = kept.map(
    (b): StoredOperation => ({
      operation: b.operation,
      actorId: b.userId ?? b.streamId,
      streamId: b.streamId,
      sessionId: sessions.get(b.operation.id)?.sessionId ?? null,
      claim: claims.admitted(b),
      unchanged: unchanged.has(b.operation.id),
      warnings: [...b.operation.warnings, ...b.over, ...claims.warningsOf(b)],
    }),
  );
  const keeping = kept.filter(({ userId, operation: { changes } }) =>
    userId === null ? changes.length > 0 : changes.some(({ mode }) => mode === "increment"),
  );
  const [inserted, users, uses] = await Promise.all([
    insertEvents(tx, project.id, rows),
    locking,
    keptUse(tx, project.id, sorted(keeping.map((b) => b.userId ?? b.streamId))),
  ]);
  const fresh = kept.flatMap((b, i) =>
    inserted.has(b.operation.id) ? [{ ...b, row: rows[i] as StoredOperation }] : [],
  );

  const effects = new BatchEffects(project.id, streams, users, uses, space);
  for (const { operation, userId, streamId, row } of fresh) effects.add(operation, userId, streamId, row.warnings);
  const evidence = new Map<number, Evidence[]>();
  for (const { operation, userId, streamId, row } of fresh)
    if (userId !== null && streamId !== null && row.claim) {
      const detachedUntil = streams.get(streamId)?.detached.get(userId);
      if (detachedUntil !== undefined && operation.ts <= detachedUntil) continue;
      const points = evidence.get(streamId);
      if (points) points.push({ user: userId, t: operation.ts });
      else evidence.set(streamId, [{ user: userId, t: operation.ts }]);
    }
  const read = evidenceReader(tx, project.id);
  for (const [streamId, points] of evidence) {
    const stream = streams.get(streamId) as Stream;
    effects.beforeEvidence(stream);
    await addEvidence(stream, points, partitionParams(stream.streamClass, project), read);
    effects.afterEvidence(stream);
  }
  effects.countClaims(claims.touched);
  await effects.write(tx, last);
  const refused = new Refused();
  await writeAccounts(
    tx,
    last,
    project.id,
    fresh.map(({ operation, row }) => ({ operation, actorId: row.actorId })),
    space,
    refused.add,
    counted,
  );
  last(refused.tell(tx, project.id, new Map(fresh.map(({ operation, row }) => [operation.id, row.warnings]))));
  const visits = upsertSessions(
    tx,
    project.id,
    mergeSessions(
      fresh.flatMap(({ operation: op, userId, streamId, row }) =>
        op.active && row.sessionId !== null && row.actorId !== null
          ? [
              {
                id: op.id,
                ts: op.ts,
                sessionId: row.sessionId,
                actorId: userId ?? (streamId as number),
                streamId,
                assigned: sessions.get(op.id)?.assigned ?? false,
                isPageView: op.name === "screen_view",
                revenue: op.revenue ?? 0,
                path: op.context.path ?? null,
                context: op.context,
              },
            ]
          : [],
      ),
    ),
  );
  last(visits);
  // The very last: whoever stores values of this project next waits here for the commit.
  last(addUses(tx, project.id, { values: space.grown }).then(counted));
  return outcomes(tx, project.id, operations, { bound, rows, inserted, repeats });
}

/**
 * Locks the users named and the owners of the streams' spans, and their profiles' stats: everybody whose numbers
 * this batch can change (phases 2 and 3 of the lock order, sent together).
 */
async function lockAllUsers(
  tx: Tx,
  projectId: string,
  kept: readonly Bound[],
  streams: ReadonlyMap<number, Stream>,
): Promise<Map<number, User>> {
  const wanted = kept.map((b) => b.userId);
  for (const stream of streams.values()) for (const span of stream.spans) if (span.owner) wanted.push(span.owner);
  const withProps = kept.flatMap((b) => (b.userId !== null && b.operation.changes.length > 0 ? [b.userId] : []));
  const ids = sorted(wanted);
  const [users] = await Promise.all([
    lockUsers(tx, projectId, ids, sorted(withProps)),
    lockStatsOf(tx, projectId, ids),
  ]);
  return users;
}

/** Whether an anonymous operation falls into an erased span of a shared stream (R13). */
function fallsOnErased({ streamId, operation }: Bound, streams: ReadonlyMap<number, Stream>): boolean {
  const stream = streamId === null ? undefined : streams.get(streamId);
  return stream?.spans.some((span) => span.owner === 0 && span.from <= operation.ts && operation.ts < span.to) ?? false;
}

async function outcomes(
  tx: Tx,
  projectId: string,
  operations: readonly Operation[],
  done: {
    bound: readonly Bound[];
    rows: readonly StoredOperation[];
    inserted: ReadonlySet<string>;
    repeats: readonly number[];
  },
): Promise<Outcome[]> {
  const byId = new Map(done.rows.map((row) => [row.operation.id, row]));
  const duplicates = done.rows.flatMap((row) => (done.inserted.has(row.operation.id) ? [] : [row.operation.id]));
  const earlier = await sessionsOf(tx, projectId, duplicates);
  const repeats = new Set(done.repeats);
  const dropped = new Set(done.bound.flatMap((b) => (b.dropped ? [b.operation.id] : [])));
  return operations.map((operation, index): Outcome => {
    const row = byId.get(operation.id);
    const isNew = done.inserted.has(operation.id) && !repeats.has(index);
    return {
      status: dropped.has(operation.id) ? "dropped" : isNew ? "accepted" : "duplicate",
      deviceId: operation.anon,
      sessionId: earlier.get(operation.id) ?? row?.sessionId ?? operation.sessionId,
      warnings: row?.warnings ?? operation.warnings,
    };
  });
}
