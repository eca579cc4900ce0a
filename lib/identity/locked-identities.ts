import type { StreamClass } from "@/lib/events/operation";
import type { Registers } from "./fold";
import type { Span } from "./partition";

/** An id as an operation names it: 'u' is a user id, 'a' an anonymous stream (docs/identity.md R2). */
export type IdentityName = {
  kind: "u" | "a";
  extId: string;
  streamClass: StreamClass | null;
  /**
   * Time (ms) of the batch's newest operation that names it: an erased id is created again only for operations after
   * its erasure.
   */
  newest: number;
};

/** The part of an identity that never changes and may be cached without a lock (docs/identity.md P2). */
export type KnownIdentity = {
  /** null if it was not created: erased after all operations that name it, or above the project's ceiling. */
  id: number | null;
  /** Whether the project's ceiling prevented its creation. */
  isOverCeiling?: true;
  /** Operations up to this moment (ms) belong to an erased person and are dropped. */
  erasedUntil: number | null;
  /** Operations are dropped for ever, whatever their time. */
  suppressed: boolean;
};

/** A locked stream with its spans in time order. */
export type LockedStream = {
  id: number;
  streamClass: StreamClass;
  /** Internal ids of all users with raw evidence, including evidence that lost a tie (docs/identity.md P7). */
  seenUsers: number[];
  /** Nobody owns any of it: too many users or runs (docs/identity.md R6c, R15). */
  contended: boolean;
  spans: SpanRow[];
  /** The size of its stored property changes in bytes, as PropertySpace counts it. */
  changesBytes: number;
  /** Evidence of a user up to this time (ms) is ignored (R14). */
  detached: ReadonlyMap<number, number>;
};

/** A span and its counts: active anonymous events only. */
export type SpanRow = Span & { count: number; firstSeen: number | null; lastSeen: number | null };

/** A locked user id. */
export type LockedUser = {
  id: number;
  extId: string;
  profileId: number;
  /** Oldest operation so far, in ms; null if there is none. */
  createdAt: number | null;
  props: Registers | null;
  claimsSince: number | null;
  claimsCount: number;
};

/** What a batch adds to the counts of one user id, from explicit events. */
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
