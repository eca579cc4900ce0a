import type { StreamClass } from "@/lib/events/operation";
import type { Registers } from "./fold";
import type { Span } from "./partition";

/** An id as an operation names it: 'u' is a user id, 'a' an anonymous stream (docs/identity.md R2). */
export type IdentityName = {
  kind: "u" | "a";
  extId: string;
  streamClass: StreamClass | null;
  /**
   * Time of the newest operation that names it in this batch, in ms: an erased id is created again only for operations
   * after its erasure.
   */
  newest: number;
};

/** What may be cached of an identity without a lock, because it never changes (docs/identity.md P2). */
export type KnownIdentity = {
  /** null if it was not created: it was erased after all operations that name it, or the project is at its ceiling. */
  id: number | null;
  /** Whether the project's ceiling prevented its creation. */
  isOverCeiling?: true;
  /** Operations up to this moment (ms) belong to an erased person and are dropped. */
  erasedUntil: number | null;
  /** Operations are dropped for ever, whatever their time. */
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
  /** The bytes that its stored property changes count as (PropertySpace). */
  changesBytes: number;
  /** Evidence of a user up to this time (ms) is ignored (R14). */
  detached: ReadonlyMap<number, number>;
};

/** A span and its counts: active anonymous events only. */
export type SpanRow = Span & { count: number; firstSeen: number | null; lastSeen: number | null };

/** A locked user id. */
export type User = {
  id: number;
  extId: string;
  profileId: number;
  /** Oldest operation so far, in ms; null if there is none. */
  createdAt: number | null;
  props: Registers | null;
  claimsSince: number | null;
  claimsCount: number;
};

/** What a batch adds to one user id's own counts, from its explicit events. */
export type UserDelta = {
  id: number;
  count: number;
  firstSeen: number | null;
  lastSeen: number | null;
  /** Oldest operation of any kind, in ms. */
  createdAt: number;
  props: Registers | null;
  /** The growth of its property values in bytes, including changes stored individually. */
  changesBytes: number;
  claimsSince: number | null;
  claimsCount: number | null;
};
