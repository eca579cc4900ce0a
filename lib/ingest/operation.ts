/** JSON as it arrives, cleaned: no NUL characters, no lone surrogates, no `__proto__` keys. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** What an event tells about where and on what it happened. Everything optional; the IP is never here. */
export type Context = {
  origin?: string;
  path?: string;
  title?: string;
  referrer?: string;
  /** Readable name of the referrer's site ("Google", "Hacker News"). */
  referrerName?: string;
  country?: string;
  city?: string;
  device?: "desktop" | "mobile" | "tablet" | "server" | "other";
  browser?: string;
  os?: string;
  utmSource?: string;
  utmMedium?: string;
  utmCampaign?: string;
  utmTerm?: string;
  utmContent?: string;
};

/** One change of one property. `key` is a dotted path to a leaf ("address.city"); `set` with null unsets. */
export type PropertyChange =
  | { mode: "set" | "set_once"; key: string; value: Json }
  | { mode: "increment"; key: string; value: number }
  /** Values that are put into a list, each once, or taken out of it. */
  | { mode: "union" | "remove"; key: string; value: ListItem[] };

export type ListItem = string | number | boolean;

export type StreamClass = "sdk" | "kiosk" | "cookieless";

/**
 * A parsed, cleaned and enriched message of any SDK: all the engine knows of it (docs/identity.md R4).
 * Times are milliseconds since 1970; `ts` is already corrected for the device's clock and never after `receivedAt`.
 */
export type Operation = {
  /** UUID; the same id is stored once. */
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
  /** Activity, which counts for first seen, last seen and event counts (R10): a track or an SDK's identify, unless passive. */
  active: boolean;
  context: Context;
  /** Revenue in minor units (cents), for `revenue` events. */
  revenue: number | null;
  groups: string[];
  /** The event's own properties, or the traits of an identify, as sent (after masking): shown in the timeline. */
  properties: JsonObject;
  /** The profile properties this operation changes, flattened to leaves. */
  changes: PropertyChange[];
  /** `alias` and `unalias` only: the second user id after R1 hygiene. */
  alias: string | null;
  /** In words, what was altered on the way in ("blocked id: 'null'"). */
  warnings: string[];
};

/**
 * What became of an operation. `dropped`: answered and not stored, because its person was erased (R13).
 * `rejected`: the database refused this one operation, or a limit did; `reason` says why, in words.
 */
export type Outcome = {
  status: "accepted" | "duplicate" | "dropped" | "rejected";
  deviceId: string | null;
  sessionId: string | null;
  warnings: string[];
  reason?: { code: "conflict" | "unprocessable"; message: string };
};
