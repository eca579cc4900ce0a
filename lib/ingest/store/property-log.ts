import type { UnitOfWork } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import type { PropertyChange } from "@/lib/events/property-change";
import { changeBytes, changesBytes, isTooMany, type LoggedChange, makeRoom } from "@/lib/identity/compact";
import type { LockedStream, LockedUser } from "@/lib/identity/locked-identities";
import { growthOf, loggedRowsBytes, PropertyRoom, type PropertySpace } from "@/lib/identity/property-limits";
import { type LogSize, loggedChangesOf, writeLoggedChanges } from "@/lib/identity/property-log.store";

/**
 * The property changes of a batch that are stored one by one, within the limits of docs/identity.md R15: all of a
 * stream's, and a user's increments. `warn` gets the reason for each change beyond a limit.
 */
export class PropertyLog {
  private readonly added = new Map<number, LoggedChange[]>();
  private readonly rooms = new Map<number, PropertyRoom>();

  constructor(
    private readonly projectId: string,
    private readonly streams: ReadonlyMap<number, LockedStream>,
    private readonly users: ReadonlyMap<number, LockedUser>,
    private readonly uses: ReadonlyMap<number, LogSize>,
    private readonly space: PropertySpace,
    private readonly warn: (operationId: string, warning: string) => void,
  ) {}

  /** The stream and time of each operation with added changes. */
  *streamTimes(): Iterable<{ streamId: number; ts: number }> {
    for (const [streamId, changes] of this.added) {
      if (!this.streams.has(streamId)) continue;
      for (const ts of new Set(changes.map((change) => change.ts))) yield { streamId, ts };
    }
  }

  /** Whether a user has room for a change; warns if not. Logs it if it is an increment. */
  addUser(user: LockedUser, operation: Operation, change: PropertyChange): boolean {
    const newItems = newItemsOf(user, change);
    const growth = growthOf(user.props ?? {}, newItems) + (change.mode === "increment" ? rowBytes(change) : 0);
    const isAdmitted = this.admits(user.id, () => PropertyRoom.of(user.props ?? {}), operation, newItems, growth);
    if (isAdmitted && change.mode === "increment") this.push(user.id, operation, change);
    return isAdmitted;
  }

  addStream(stream: LockedStream, operation: Operation, change: PropertyChange): void {
    const initialRoom = () => new PropertyRoom(this.uses.get(stream.id)?.keys ?? []);
    if (this.admits(stream.id, initialRoom, operation, change, rowBytes(change)))
      this.push(stream.id, operation, change);
  }

  private admits(
    actorId: number,
    initialRoom: () => PropertyRoom,
    operation: Operation,
    { mode, key, value }: PropertyChange,
    growth: number,
  ): boolean {
    let room = this.rooms.get(actorId);
    if (!room) {
      room = initialRoom();
      this.rooms.set(actorId, room);
    }
    const isList = mode === "union" || mode === "remove";
    if (isList && value.length === 0) return true;
    const refusal = this.space.refusal(key, growth) ?? room.refusal(key, mode === "increment" ? 0 : value, isList);
    if (refusal !== null) this.warn(operation.id, refusal);
    return refusal === null;
  }

  private push(actorId: number, operation: Operation, { key, mode, value }: PropertyChange): void {
    const change = { actorId, key, mode, ts: operation.ts, id: operation.id, value };
    const list = this.added.get(actorId);
    if (list) list.push(change);
    else this.added.set(actorId, [change]);
  }

  /**
   * Writes the log, after compacting an actor's changes beyond the limits, which keeps their result. Calls `onGrowth`
   * with the bytes by which a user's log grew; counts a stream's growth itself.
   */
  async write(unit: UnitOfWork, onGrowth: (userId: number, bytes: number) => void): Promise<void> {
    const { tx } = unit;
    const uses: { id: number; count: number; bytes: number }[] = [];
    const overLimit: number[] = [];
    const written: LoggedChange[] = [];
    const recordUse = (id: number, count: number, bytes: number): void => {
      const stream = this.streams.get(id);
      if (!stream) return;
      uses.push({ id, count, bytes });
      this.space.grown += loggedRowsBytes(count, bytes) - stream.changesBytes;
    };
    for (const [id, added] of this.added) {
      const use = this.uses.get(id);
      const count = (use?.count ?? 0) + added.length;
      const bytes = (use?.bytes ?? 0) + changesBytes(added);
      if (isTooMany(count, bytes)) {
        overLimit.push(id);
        continue;
      }
      written.push(...added);
      recordUse(id, count, bytes);
      if (this.users.has(id)) onGrowth(id, rowsBytes(added));
    }
    if (overLimit.length > 0) {
      const stored = await loggedChangesOf(tx, this.projectId, overLimit);
      for (const id of overLimit) {
        const kept = this.compact(id, stored.get(id) ?? []);
        for (const change of kept) written.push(change);
        recordUse(id, kept.length, changesBytes(kept));
        if (this.users.has(id)) onGrowth(id, rowsBytes(kept) - rowsBytes(stored.get(id) ?? []));
      }
    }
    unit.defer(writeLoggedChanges(tx, this.projectId, { emptied: overLimit, added: written, uses }));
  }

  private compact(id: number, stored: readonly LoggedChange[]): LoggedChange[] {
    const stream = this.streams.get(id);
    const starts = stream?.spans.map((span) => span.from) ?? [];
    const { kept, refused } = makeRoom([...stored, ...this.setsOf(id)], this.added.get(id) ?? [], (ts) =>
      spanIndexAt(starts, ts),
    );
    for (const change of refused)
      this.warn(change.id, `property not kept: too many changes of '${change.key.slice(0, 60)}' on this device`);
    return stream ? kept : kept.filter(({ mode }) => mode === "increment");
  }

  /** A user's own `set`s, which are in their document: increments before and after them must stay apart. */
  private setsOf(id: number): LoggedChange[] {
    return Object.entries(this.users.get(id)?.props ?? {}).flatMap(([key, { set, sum }]): LoggedChange[] =>
      set && sum !== undefined
        ? [{ actorId: id, key, mode: "set", ts: set.stamp[1], id: set.stamp[2], value: null }]
        : [],
    );
  }
}

const rowsBytes = (changes: readonly LoggedChange[]): number => loggedRowsBytes(changes.length, changesBytes(changes));
const rowBytes = (change: Pick<LoggedChange, "key" | "value">): number => loggedRowsBytes(1, changeBytes(change));

/** A change to a list, without the values that the list already has: they take no more space. */
function newItemsOf(user: LockedUser, change: PropertyChange): PropertyChange {
  if (change.mode !== "union" && change.mode !== "remove") return change;
  const known = Object.hasOwn(user.props ?? {}, change.key) ? user.props?.[change.key]?.items : undefined;
  return { ...change, value: change.value.filter((item) => known?.[JSON.stringify(item)] === undefined) };
}

/** How many of the ascending `starts` are at or before `ts`. */
function spanIndexAt(starts: readonly number[], ts: number): number {
  let [from, to] = [0, starts.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((starts[middle] as number) <= ts) from = middle + 1;
    else to = middle;
  }
  return from;
}
