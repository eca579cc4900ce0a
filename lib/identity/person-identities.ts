import type { StreamClass } from "@/lib/events/operation";
import type { EdgeRow, IdentityRows, StretchRow } from "./identities.queries";
import { ERASED } from "./partition";

/** Who owns a span of a device, from one person's point of view. `erased`: nobody may claim it. */
export type StretchOwner = "person" | "other" | "nobody" | "erased";

/** A half-open span [from, to) of a device's timeline; ms, ±Infinity at the ends. */
export type Stretch = {
  from: number;
  to: number;
  owner: StretchOwner;
  /** The user id that claimed it by logging in; null for nobody and for erased people. */
  userId: string | null;
  /** When that user id was first and last identified within it. */
  identifiedFrom: number | null;
  identifiedUntil: number | null;
  /** Its active anonymous events, and when they happened. */
  events: number;
  firstSeen: number | null;
  lastSeen: number | null;
};

/**
 * Why an id is this person's, or why a span of it no longer is. Times in ms; `by` is "member:<uuid>", "client:<uuid>"
 * or null.
 */
export type IdentityReason =
  | { type: "sent" }
  | { type: "anonymous" }
  | { type: "contended" }
  | { type: "identified"; userId: string; at: number; until: number }
  | { type: "aliased"; userId: string; at: number; by: string | null }
  | { type: "detached"; userId: string; at: number; by: string | null };

/** One id of a person. Its figures cover this person's part of it, not the whole device. */
export type PersonIdentity = {
  kind: "user" | "device";
  id: string;
  streamClass: StreamClass | null;
  /** Whether too many people were identified on the device for anybody to own it. */
  contended: boolean;
  firstSeen: number | null;
  lastSeen: number | null;
  events: number;
  stretches: Stretch[];
  reasons: IdentityReason[];
};

/** A pair of user ids, merged (`isOn`) or separated by its newest correction. */
export type UserIdLink = { userIds: readonly [string, string]; isOn: boolean; at: number; by: string | null };

export type Identities = { ids: PersonIdentity[]; links: UserIdLink[] };

/** Builds the identities from the rows: user ids, then devices, each in order of creation. Pure; O(rows). */
export function buildIdentities(rows: IdentityRows): Identities {
  const ownInternalIds = new Set(rows.users.map((user) => user.id));
  const ownIds = new Set(rows.users.map((user) => user.extId));
  const isVisitor = ownInternalIds.size === 0;
  const stretches = groupBy(rows.stretches, (row) => row.device);
  const detached = groupBy(rows.detached, (row) => row.device);
  const users = rows.users.map(
    (user): PersonIdentity => ({
      kind: "user",
      id: user.extId,
      streamClass: null,
      contended: false,
      firstSeen: user.firstSeen,
      lastSeen: user.lastSeen,
      events: user.events,
      stretches: [],
      reasons: [{ type: "sent" }, ...aliases(rows.edges, user.extId, ownIds)],
    }),
  );
  const devices = rows.devices.map((device): PersonIdentity => {
    const deviceStretches = (stretches.get(device.id) ?? []).map((row) => stretchOf(row, ownInternalIds));
    const ownStretches = deviceStretches.filter((stretch) => stretch.owner === (isVisitor ? "nobody" : "person"));
    const detachments = (detached.get(device.id) ?? []).filter((row) => isVisitor || ownIds.has(row.userId));
    const reasons: IdentityReason[] = isVisitor
      ? [{ type: "anonymous" }]
      : ownStretches.map((stretch) => ({
          type: "identified",
          userId: stretch.userId as string,
          at: stretch.identifiedFrom as number,
          until: stretch.identifiedUntil as number,
        }));
    if (device.contended) reasons.push({ type: "contended" });
    reasons.push(
      ...detachments.map(({ userId, until, by }): IdentityReason => ({ type: "detached", userId, at: until, by })),
    );
    return {
      kind: "device",
      id: device.extId,
      streamClass: device.streamClass,
      contended: device.contended,
      firstSeen: extreme(ownStretches, "firstSeen", Math.min),
      lastSeen: extreme(ownStretches, "lastSeen", Math.max),
      events: ownStretches.reduce((sum, stretch) => sum + stretch.events, 0),
      stretches: deviceStretches,
      reasons,
    };
  });
  const links = rows.edges.map(({ a, b, isOn, at, by }): UserIdLink => ({ userIds: [a, b], isOn, at, by }));
  return { ids: [...users, ...devices], links };
}

function stretchOf(row: StretchRow, ownInternalIds: ReadonlySet<number>): Stretch {
  const owner: StretchOwner =
    row.owner === null
      ? "nobody"
      : row.owner === ERASED
        ? "erased"
        : ownInternalIds.has(row.owner)
          ? "person"
          : "other";
  const isIdentified = owner === "person" || owner === "other";
  return {
    from: row.from,
    to: row.to,
    owner,
    userId: isIdentified ? row.ownerId : null,
    identifiedFrom: isIdentified ? row.runFirst : null,
    identifiedUntil: isIdentified ? row.runLast : null,
    events: row.events,
    firstSeen: row.firstSeen,
    lastSeen: row.lastSeen,
  };
}

/** The aliases that join a user id to the person's other ids. */
function aliases(edges: readonly EdgeRow[], extId: string, ownIds: ReadonlySet<string>): IdentityReason[] {
  return edges.flatMap(({ a, b, isOn, at, by }): IdentityReason[] => {
    const other = a === extId ? b : b === extId ? a : null;
    return isOn && other !== null && ownIds.has(other) ? [{ type: "aliased", userId: other, at, by }] : [];
  });
}

function extreme(
  stretches: readonly Stretch[],
  field: "firstSeen" | "lastSeen",
  pick: (...values: number[]) => number,
): number | null {
  const values = stretches.flatMap((stretch) => stretch[field] ?? []);
  return values.length === 0 ? null : values.reduce((a, b) => pick(a, b));
}

function groupBy<T>(rows: readonly T[], keyOf: (row: T) => number): Map<number, T[]> {
  const out = new Map<number, T[]>();
  for (const row of rows) {
    const list = out.get(keyOf(row));
    if (list) list.push(row);
    else out.set(keyOf(row), [row]);
  }
  return out;
}
