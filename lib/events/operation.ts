import type { JsonObject } from "@/lib/json";
import type { Context } from "./context";
import type { PropertyChange } from "./property-change";

export type StreamClass = "sdk" | "kiosk" | "cookieless";

/**
 * A parsed, cleaned and enriched message of any SDK, as the engine gets it (docs/identity.md R4). Times are in
 * milliseconds since 1970; `ts` is already corrected for the device's clock and never after `receivedAt`.
 */
export type Operation = {
  /** A UUID; operations with the same id are stored once. */
  id: string;
  ts: number;
  receivedAt: number;
  kind: "event" | "identify" | "property" | "alias" | "group";
  /** Event name; for other kinds the type as sent: "identify", "set", "increment", "alias", "unalias", "group" … */
  name: string;
  /** User id after R1 hygiene, or null. */
  user: string | null;
  /** Anonymous stream id after R1 hygiene, or null. */
  anon: string | null;
  streamClass: StreamClass;
  /** Session id (UUID), or null: the engine then assigns one to an operation of a stream. */
  sessionId: string | null;
  /** false: not evidence that stream and user belong together (R6a). */
  claim: boolean;
  /**
   * Activity, which counts for first seen, last seen and event counts (R10): a track or an SDK's identify, unless
   * passive.
   */
  active: boolean;
  /** Shared by operations of one page. */
  context: Readonly<Context>;
  /** Revenue in minor units (cents), for `revenue` events. */
  revenue: number | null;
  groups: string[];
  /** The event's own properties, or the traits of an identify, as sent (after masking): shown in the timeline. */
  properties: JsonObject;
  /** The profile properties this operation changes, flattened to leaves. */
  changes: PropertyChange[];
  /** `alias` and `unalias` only: the second user id after R1 hygiene. */
  alias: string | null;
  /** What was altered during ingestion, in words ("blocked id: 'null'"). */
  warnings: string[];
};

/**
 * Why an operation of an erased person is dropped (docs/identity.md R13). "before": it predates the erasure. "device":
 * it comes from a device on which they were erased. "for good": nothing with this user id is ever stored again.
 */
export type ErasedReason = "before" | "device" | "for good";

/**
 * The outcome of an operation. `dropped`: accepted but not stored, because its person was erased (R13). `rejected`:
 * refused by the database or by a limit; `reason` says why, in words.
 */
export type OperationOutcome = {
  status: "accepted" | "duplicate" | "dropped" | "rejected";
  deviceId: string | null;
  sessionId: string | null;
  warnings: string[];
  reason?: { code: "conflict" | "unprocessable"; message: string };
  /** For `dropped`; absent means "before". */
  erased?: ErasedReason;
};
