import type { StreamClass } from "@/lib/events/operation";
import type { Registers } from "./fold";
import type { Span } from "./partition";

/** An id as an operation names it: 'u' is a user id, 'a' an anonymous stream (docs/identity.md R2). */
export type IdentityName = {
  kind: "u" | "a";
  extId: string;
  streamClass: StreamClass | null;
  /**
   * Time of the newest operation that names it now, in ms: an erased id is made anew for what came after its erasure
   * only.
   */
  newest: number;
};

/** What may be cached of an identity without a lock, because it never changes (docs/identity.md P2). */
export type KnownIdentity = {
  /** null: erased, and nothing that names it now is to be stored, so it is not made anew; or one too many. */
  id: number | null;
  /** One too many: the project's ceiling lets no new one in. */
  isOver?: true;
  /** Operations up to this moment (ms) belong to somebody erased: they are dropped. */
  erasedUntil: number | null;
  /** Operations are dropped permanently, whatever their time. */
  suppressed: boolean;
};

/** A locked stream with its spans in time order. */
export type Stream = {
  id: number;
  streamClass: StreamClass;
  /** Internal ids of all users with raw evidence, including evidence that lost a tie (docs/identity.md P7). */
  seenUsers: number[];
  /** Nobody owns any of it: too many users or runs (docs/identity.md R6c, R15). */
  contended: boolean;
  spans: SpanRow[];
  /** Bytes its kept property changes count as (PropertySpace). */
  keptBytes: number;
  /** Evidence of a user up to this time (ms) is ignored (R14). */
  detached: ReadonlyMap<number, number>;
};

/** A span and what was counted in it: active anonymous events only. */
export type SpanRow = Span & { count: number; firstSeen: number | null; lastSeen: number | null };

/** A locked user id. */
export type User = {
  id: number;
  extId: string;
  profileId: number;
  /** Oldest operation so far, in ms; null before the first. */
  createdAt: number | null;
  props: Registers | null;
  claimsSince: number | null;
  claimsCount: number;
};

/** What a batch adds to one user id's own counts: its explicit events. */
export type UserDelta = {
  id: number;
  count: number;
  firstSeen: number | null;
  lastSeen: number | null;
  /** Oldest operation of any kind, in ms. */
  createdAt: number;
  props: Registers | null;
  /** By how much its property values, changes kept apart included, take more bytes than before. */
  keptBytes: number;
  claimsSince: number | null;
  claimsCount: number | null;
};

/** An id in a cache no longer exists: its person was erased meanwhile. Flush and try again. */
export class StaleIdentityError extends Error {}

/** Ids without nulls and repeats, ascending: the order everything is locked in. */
export function sorted(ids: readonly (number | null)[]): number[] {
  return [...new Set(ids.filter((id): id is number => id !== null))].sort((a, b) => a - b);
}
