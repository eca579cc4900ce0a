import type { JsonObject } from "@/lib/json";

/**
 * Why an event is this person's. explicit: it was sent with this id. claimed: the device was anonymous then and
 * identified later. inferred: the device was anonymous, after it was last identified (docs/identity.md R18).
 */
export type Attribution = "explicit" | "claimed" | "inferred";

/** One row of a timeline. Times are milliseconds since 1970. */
export type TimelineEvent = {
  id: string;
  /** The event's name; "identify" for an identify; for a property change its type ("set", "increment" …). */
  name: string;
  kind: "event" | "identify" | "property" | "alias" | "group";
  ts: number;
  sessionId: string | null;
  attribution: Attribution;
  /** The id it was sent with: `u:<user id>` or `a:<anonymous id>`. */
  actor: string;
  origin: string | null;
  path: string | null;
  title: string | null;
  referrer: string | null;
  device: string | null;
  browser: string | null;
  os: string | null;
  country: string | null;
  city: string | null;
  /** Minor units (cents). */
  revenue: number | null;
  groups: string[];
  properties: JsonObject;
  warnings: string[];
};

export type ListEventsOptions = {
  order: "asc" | "desc";
  /** 1 to 1,000 rows. */
  limit: number;
  /** `next` of the previous page, in the same order; throws bad_request naming `cursor` for anything else. */
  cursor?: string;
  /** Also property changes, aliases and group changes; otherwise events and identifies only. */
  includeProperties?: boolean;
  /** Only events with after ≤ ts < before, milliseconds since 1970. */
  after?: number;
  before?: number;
  filter?: TimelineFilter;
};

/** Filters of a timeline, combined by AND. */
export type TimelineFilter = {
  /** Only events with these names. */
  names?: string[];
  /** Only views of exactly this page. */
  page?: string;
  /** Without page views. */
  hidePages?: boolean;
  /** Only events with revenue, and those with these names. */
  conversions?: string[];
  /** Only events with this property (dotted path), and this value if given, ignoring case. */
  property?: { key: string; value: string | null };
  /** Only events with this text in their name, page, title or properties. */
  search?: string;
  /** Only from then on, in ms. */
  since?: number;
  /** Only before then, in ms. */
  till?: number;
  /** Only events of this visit. */
  sessionId?: string;
};
