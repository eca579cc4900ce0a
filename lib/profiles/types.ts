import type { JsonObject } from "@/lib/ingest/operation";

/**
 * How the API, the URLs and the UI name a person: `u:<user id>` or `a:<anonymous id>`, the id exactly as it was sent
 * (after hygiene, identity.md R1). Put it in a URL through encodeURIComponent: ids may hold slashes and any character.
 */
export type ProfileRef = `u:${string}` | `a:${string}`;

/** Where and on what somebody was, as the newest session tells. */
export type Whereabouts = {
  /** ISO 3166-1 alpha-2, upper case. */
  country: string | null;
  city: string | null;
  /** "desktop", "mobile", "tablet", "server" or "other". */
  device: string | null;
  browser: string | null;
  os: string | null;
};

/** One row of the users list. Times are milliseconds since 1970. */
export type ProfileSummary = Whereabouts & {
  /** The person's canonical ref; the same person is also found by every other id they are known by. */
  ref: ProfileRef;
  userIds: string[];
  anonymousIds: string[];
  name: string | null;
  email: string | null;
  avatar: string | null;
  /** A readable stand-in ("Quiet Heron") for an anonymous visitor, always the same for one stream; null for identified people. */
  anonymousName: string | null;
  identified: boolean;
  /** null for a person who was only described (properties set by a server), never active. */
  firstSeen: number | null;
  lastSeen: number | null;
  /** Activity: page views, clicks, custom events and an SDK's identify; not property changes (identity.md R10). */
  events: number;
  sessions: number;
  /** Where the first session came from: the referrer's name, the utm_source, or "Direct"; null without any session. */
  source: string | null;
  /** Nested: { address: { city: "Berlin" } }. */
  properties: JsonObject;
};

/** One id the person is known by, and why it is theirs. */
export type ProfileIdentity = {
  /** "user": an id the customer gives; "device": an anonymous stream. */
  kind: "user" | "device";
  id: string;
  firstSeen: number | null;
  lastSeen: number | null;
  events: number;
  /** How a device was recognised ("sdk", "kiosk", "cookieless"); null for a user id. */
  streamClass: string | null;
  /** The first and the last time this device was identified as this person; null for a user id and for anonymous visitors. */
  claimedFrom: number | null;
  claimedLast: number | null;
};

export type ProfileDetail = ProfileSummary & {
  /** When we first heard of them at all, activity or not. */
  createdAt: number | null;
  /** User ids first, then devices, each by first seen. */
  identities: ProfileIdentity[];
};

export type ListProfilesOptions = {
  /** Any part of a user id, name, e-mail or property value (case-insensitive), or a whole anonymous id. Under 3 characters: starts of words only. */
  search?: string;
  /** true: identified people; false: anonymous visitors; absent: everyone. */
  identified?: boolean;
  /** 1 to 1,000 rows. */
  limit: number;
  /** `next` of the page before; throws bad_request naming `cursor` for anything else. */
  cursor?: string;
};

/** A page: `next` is null on the last one. */
export type Page<Row> = { rows: Row[]; next: string | null };
