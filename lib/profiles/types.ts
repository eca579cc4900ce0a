import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import type { PersonRef } from "@/lib/identity/person-ref";
import type { JsonObject } from "@/lib/json";
import type { PeopleFilter } from "@/lib/profiles/filter";
import type { QuietReason } from "@/lib/risk/reason";

/**
 * The source of a sign-up. existing: they were a customer before the project sent anything, or never signed up here.
 */
export type SignUpWay = "property" | "event" | "identify" | "existing";

/** Location and device, from the newest session. */
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
  /** The person's canonical ref; each of their other ids finds them too. */
  ref: PersonRef;
  userIds: string[];
  anonymousIds: string[];
  name: string | null;
  email: string | null;
  avatar: string | null;
  /**
   * A readable name ("Quiet Heron") for an anonymous visitor, always the same for one stream; null for identified
   * people.
   */
  anonymousName: string | null;
  identified: boolean;
  /** null for a person who was only described (a server set properties) and never active. */
  firstSeen: number | null;
  lastSeen: number | null;
  /** Activity: page views, clicks, custom events and an SDK's identify; not property changes (docs/identity.md R10). */
  events: number;
  sessions: number;
  /** Source of the first session: the referrer's name, the utm_source, or "Direct"; null without any session. */
  source: string | null;
  /** Nested: { address: { city: "Berlin" } }. */
  properties: JsonObject;
  /** The facts job's results, which lag by a second or two; null for people it has not reached yet. In lists only. */
  facts: PersonFacts | null;
};

type FactsColumn = Extract<(typeof PEOPLE_COLUMNS)[number], { from: "facts" }>;
type FieldOf<C> = C extends { field: infer Field } ? Field : C extends { key: infer Key } ? Key : never;
/** A number that can be sorted by is never NULL (lib/columns/column.ts). */
type ValueOf<C> = C extends { kind: "list" }
  ? string[]
  : C extends { kind: "text" }
    ? string | null
    : C extends { kind: "number"; sort: string }
      ? number
      : number | null;
type ColumnFacts = { [C in FactsColumn as FieldOf<C> & string]: ValueOf<C> };

/**
 * Values in lists besides the live ones: every column of PEOPLE_COLUMNS with `from: "facts"`, and some without a
 * column. Days are UTC days with activity.
 */
export type PersonFacts = Omit<ColumnFacts, "signUp" | "consent"> & {
  /** Active days and events (at most 5,000 are counted) in the last 7, 30 and 90 days. */
  window: { 7: WindowFacts; 30: WindowFacts; 90: WindowFacts };
  /** Why they are going quiet, and how likely they are to return; null for everybody else. */
  quiet: RiskAlarm | null;
  /** The source of the sign-up; null for visitors, and until the job has computed it. */
  signUp: SignUpWay | null;
  /** The latest decision about consent; null if unknown. */
  consent: "given" | "withdrawn" | null;
  /** Whether they belong to the project's own team, or are a test account: left out of every count. */
  isInternal: boolean;
};

/** An active alarm (docs/risk.md). `probability`: of a return within the project's horizon, if there is a model. */
export type RiskAlarm = { probability: number | null; reason: QuietReason };

export type WindowFacts = { activeDays: number; events: number };
export type WindowDays = keyof PersonFacts["window"];

export const TABS = ["everyone", "identified", "anonymous", "power", "quiet", "internal"] as const;
/**
 * power: active on at least a quarter of the window's days. quiet: identified and silent for too long
 * (lib/risk/alarm.ts). internal: the project's own team and test users, who are on no other tab.
 */
export type Tab = (typeof TABS)[number];

/** The share of the window's days on which a power user must have been active. */
export const POWER_SHARE_OF_DAYS = 0.25;

/**
 * Texts, compared ignoring case: a sorted copy is built once somebody sorts by them, as of properties
 * (sorted-columns.store).
 */
export const TEXT_SORTS = PEOPLE_COLUMNS.filter((column) => "sort" in column && column.sort === "sortedCopy").map(
  ({ key }) => key,
);
export const SORT_COLUMNS = PEOPLE_COLUMNS.filter((column) => "sort" in column).map(({ key }) => key);
export type TextSort = (typeof TEXT_SORTS)[number];
export type SortColumn = (typeof SORT_COLUMNS)[number];

/** By a built-in column, or by one property (dotted path). People without a value come last either way. */
export type Sort = { by: SortColumn | { property: string }; order: "asc" | "desc" };

/** One id of the person, and why it is theirs. */
export type ProfileIdentity = {
  /** "user": an id from the customer; "device": an anonymous stream. */
  kind: "user" | "device";
  id: string;
  firstSeen: number | null;
  lastSeen: number | null;
  events: number;
  /** How a device was recognised ("sdk", "kiosk", "cookieless"); null for a user id. */
  streamClass: string | null;
  /**
   * The first and the last time this device was identified as this person; null for a user id and for anonymous
   * visitors.
   */
  claimedFrom: number | null;
  claimedLast: number | null;
};

export type ProfileDetail = ProfileSummary & {
  /** When the first operation about them arrived, activity or not. */
  createdAt: number | null;
  /** User ids first, then devices, each by first seen. */
  identities: ProfileIdentity[];
};

export type ListProfilesOptions = {
  /**
   * Any part of a user id, name, e-mail or property value (case-insensitive), or a complete anonymous id. Under 3
   * characters: only starts of words.
   */
  search?: string;
  /** true: identified people; false: anonymous visitors; absent: everyone. The same as the tab of that name. */
  identified?: boolean;
  /** Absent: everyone, or as `identified` says. */
  tab?: Tab;
  /** Of the tab `power`: 7, 30 or 90 days. Absent: 30. */
  windowDays?: WindowDays;
  /** Absent: newest last seen first; `power`: most active days, then events; `quiet`: newest quiet first. */
  sort?: Sort;
  /** A rule, compiled by lib/segments/compile.queries.ts. */
  filter?: PeopleFilter;
  /** Includes the own team and test users, which are left out by default. */
  withInternal?: boolean;
  /** 1 to 1,000 rows. */
  limit: number;
  /** `next` of the previous page; throws bad_request naming `cursor` for anything else. */
  cursor?: string;
};

/**
 * The number of people on a list: exact if counting takes under a second, else an estimate rounded to two digits
 * ("about 12,000").
 */
export type Total = { count: number; exact: boolean };

/** A page: `next` is null on the last one. */
export type Page<Row> = { rows: Row[]; next: string | null };
