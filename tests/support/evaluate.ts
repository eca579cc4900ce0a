import { dayOf } from "@/lib/format/time";
import type { JsonObject } from "@/lib/json";
import { type LifecycleRule, stateOn } from "@/lib/lifecycle/states";
import type { Warning } from "@/lib/risk/warnings";
import type { NumberOperator } from "@/lib/segments/operators";
import {
  type AccountNode,
  type AccountRule,
  type AccountTest,
  type Condition,
  type ConditionOf,
  isAccountGroup,
  isGroup,
  type PropertyCondition,
  type Rule,
  type RuleNode,
  type RuleWindow,
  type TextTest,
} from "@/lib/segments/rule";

/** Evaluates rules over people in memory, written from rule.ts's comments; shares no code with compile.queries.ts. */

const DAY_MS = 86_400_000;

export type Fact = ConditionOf<"fact">["field"];
/** An account as conditions see it. */
export type SimpleAccount = { id: string; name: string; health: string; props: JsonObject } & {
  [field in "domain" | "type"]: string | null;
} & { [field in "people" | "active7" | "active30" | "featuresUsed" | "events30"]: number } & {
  /** `usual`: as usualWeek gives it, not rounded; revenue in minor units. */
  usual: number;
  revenue: number;
  /** From 0 to 1. */
  risk?: number | null;
  /** Those on the risk screen; none where tests do not ask. */
  warnings?: Warning[];
  firstSeen: number | null;
  lastSeen: number | null;
  /** Where tests ask about its people. */
  members?: SimpleMember[];
};
/** A person of an account with their activity for it; `since`: the start of the membership. */
export type SimpleMember = {
  person: SimplePerson;
  since: number;
  hasLeft: boolean;
  lastAt: number | null;
  events: SimplePerson["events"];
};

export type SimplePerson = {
  identified: boolean;
  props: JsonObject;
  facts: { [Field in Fact]?: string | null };
  times: { [Field in ConditionOf<"time">["field"]]: number | null };
  counts: { [Field in ConditionOf<"count">["field"]]: number | null };
  /** The accounts they belong to; if conditions test accounts. */
  memberOf?: SimpleAccount[];
  /** When they were active, and when each part of a session started. */
  active: number[];
  visits: { id: string; ts: number }[];
  /** Events of kind event, whoever's lane. `properties` nested. */
  events: { name: string; ts: number; properties: JsonObject; path: string | null }[];
  /** Days since 1970, ascending; if conditions test states. */
  activeDays?: number[];
  /** Ids of the fixed lists they are on. */
  lists: string[];
};

/** `lifecycle`: if conditions test states. */
export type Known = {
  now: number;
  segments: ReadonlyMap<string, Rule | null>;
  /** Segments of accounts. */
  accountSegments?: ReadonlyMap<string, AccountRule>;
  lifecycle?: LifecycleRule;
};

export function matches(node: RuleNode, person: SimplePerson, known: Known): boolean {
  if (!isGroup(node)) return holds(node, person, known);
  return node.kind === "and"
    ? node.of.every((one) => matches(one, person, known))
    : node.of.some((one) => matches(one, person, known));
}

export function accountMatches(node: AccountNode, account: SimpleAccount, known: Known): boolean {
  if (!isAccountGroup(node)) return passes(node, account, known);
  return node.kind === "and"
    ? node.of.every((one) => accountMatches(one, account, known))
    : node.of.some((one) => accountMatches(one, account, known));
}

function passes(test: AccountTest, account: SimpleAccount, known: Known): boolean {
  const { now } = known;
  switch (test.of) {
    case "property":
      return property(test.test, account.props[test.test.key], now);
    case "health":
      return test.values.some((state) => state === account.health) === (test.is === "oneOf");
    case "warning":
      return test.values.some((one) => account.warnings?.includes(one)) === (test.is === "oneOf");
    case "search":
      throw new Error("Not asked here; tests/accounts/list.test.ts holds it to the list.");
    case "state":
      throw new Error("Not asked here; tests/lifecycle/states-of-accounts.test.ts holds it to the chart.");
    case "segment": {
      const rule = known.accountSegments?.get(test.id);
      return (rule !== undefined && accountMatches(rule, account, known)) === (test.is === "in");
    }
    case "members": {
      const present = (account.members ?? []).filter(({ hasLeft }) => !hasLeft);
      return often(test, present.filter((one) => test.who.every((who) => memberHolds(who, one, known))).length);
    }
    case "did":
    case "firstDid": {
      const { members = [], firstSeen } = account;
      const events = members.flatMap((one) => one.events);
      const signUps = members.flatMap(({ person, since }) =>
        person.times.signedUp === null ? [] : [Math.max(person.times.signedUp, since)],
      );
      const life = { events, times: { firstSeen, signedUp: signUps.length === 0 ? null : Math.min(...signUps) } };
      if (test.of === "did") return often(test, timesDone(test, events, now, life));
      const first = Math.min(...events.filter(({ name }) => name === test.event).map(({ ts }) => ts));
      return Number.isFinite(first) && within(test.window, first, now, life);
    }
    case "trend":
      return often(test, account.active7 - account.usual);
    case "risk": {
      const { risk } = account;
      return risk !== null && risk !== undefined && often({ is: test.is, n: Math.fround(test.n / 100) }, risk);
    }
    case "revenue":
      return often({ is: test.is, n: Math.round(test.n * 100) }, account.revenue);
    case "firstSeen":
    case "lastSeen":
      return timed(test, account[test.of], now);
    default: {
      if ("n" in test) return often(test, account[test.of]);
      const text = account[test.of];
      if ("value" in test) return like(test, text);
      if ("values" in test) return (text !== null && test.values.includes(text)) === (test.is === "oneOf");
      return (text !== null) === (test.is === "set");
    }
  }
}

/** Only somebody's activity for the account counts. */
function memberHolds(one: Condition, { person, events, lastAt }: SimpleMember, known: Known): boolean {
  if (one.kind === "time" && one.field === "lastSeen" && one.is !== "within") return timed(one, lastAt, known.now);
  if (one.kind === "did") return often(one, timesDone(one, events, known.now, person));
  if (one.kind !== "firstDid") return holds(one, person, known);
  const times = events.filter(({ name }) => name === one.event).map(({ ts }) => ts);
  return times.length > 0 && within(one.window, Math.min(...times), known.now, person);
}

type Did = Pick<ConditionOf<"did">, "event" | "where" | "window">;
const timesDone = (one: Did, events: SimplePerson["events"], now: number, life: Life): number =>
  events.filter(
    (event) =>
      event.name === one.event &&
      within(one.window, event.ts, now, life) &&
      one.where.every((where) => property(where, eventValue(event, where.key), now)),
  ).length;

/** The moments that windows of a life start with. */
type Life = {
  times: { firstSeen: number | null; signedUp: number | null };
  events: readonly { name: string; ts: number }[];
};

function holds(one: Condition, person: SimplePerson, known: Known): boolean {
  switch (one.kind) {
    case "property":
      return property(one, person.props[one.key], known.now);
    case "time":
      if (one.is === "beforeFirstSeen") {
        const { signedUp, firstSeen } = person.times;
        return signedUp !== null && firstSeen !== null && signedUp < firstSeen;
      }
      if (one.is !== "within") return timed(one, person.times[one.field], known.now);
      return (
        person.times[one.field] !== null && within(one.window, person.times[one.field] as number, known.now, person)
      );
    case "count":
      return person.counts[one.field] !== null && often(one, person.counts[one.field] as number);
    case "fact":
      return fact(one, person.facts[one.field] ?? null);
    case "identified":
      return person.identified === one.is;
    case "quiet":
    case "search":
      throw new Error("No rule made here asks this; tests/segments/segments-saved.test.ts holds it to the list.");
    case "state": {
      const at = dayOf(one.on === undefined ? known.now : Date.parse(one.on));
      const state = stateOn(person.activeDays ?? [], at, known.lifecycle as LifecycleRule);
      return (state !== null && one.values.includes(state)) === (one.is === "oneOf");
    }
    case "account":
      return (person.memberOf ?? []).some(({ id }) => one.ids.includes(id)) === (one.is === "in");
    case "whose":
      return (person.memberOf ?? []).some((account) => passes(one.test, account, known));
    case "segment": {
      const rule = known.segments.get(one.id);
      const inside = rule ? matches(rule, person, known) : person.lists.includes(one.id);
      return inside === (one.is === "in");
    }
    case "did":
      return often(one, timesDone(one, person.events, known.now, person));
    case "didAny":
      return often(
        one,
        person.events.filter(
          (event) =>
            within(one.window, event.ts, known.now, person) &&
            one.where.every((where) => property(where, eventValue(event, where.key), known.now)),
        ).length,
      );
    case "active": {
      const inside = <T extends { ts: number }>(of: T[]): T[] =>
        of.filter(({ ts }) => within(one.window, ts, known.now, person));
      const visits = new Set(inside(person.visits).map(({ id }) => id)).size;
      const days = new Set(inside(person.active.map((ts) => ({ ts }))).map(({ ts }) => Math.floor(ts / DAY_MS))).size;
      return often(one, one.of === "days" ? days : visits);
    }
    case "firstDid": {
      const times = person.events.filter((event) => event.name === one.event).map((event) => event.ts);
      return times.length > 0 && within(one.window, Math.min(...times), known.now, person);
    }
  }
}

function eventValue(event: SimplePerson["events"][number], key: string): unknown {
  if (key === "$path") return event.path ?? undefined;
  if (key === "$hour") return new Date(event.ts).getUTCHours();
  const direct = event.properties[key] ?? undefined;
  if (direct !== undefined) return direct;
  let at: unknown = event.properties;
  for (const part of key.split(".")) at = typeof at === "object" && at !== null ? Reflect.get(at, part) : undefined;
  return at ?? undefined;
}

function within(window: RuleWindow, ts: number, now: number, life: Life): boolean {
  if ("within" in window) {
    const { of } = window;
    const times = typeof of === "string" ? [] : life.events.filter((e) => e.name === of.event).map((e) => e.ts);
    const start = typeof of === "string" ? life.times[of] : times.length > 0 ? Math.min(...times) : null;
    const from = (start ?? 0) + (window.after ?? 0) * DAY_MS;
    return start !== null && ts >= from && ts < from + window.within * DAY_MS;
  }
  if ("ever" in window) return true;
  if ("days" in window) return ts >= now - window.days * DAY_MS;
  return ts >= Date.parse(window.since) && (!("before" in window) || ts < Date.parse(window.before));
}

function often({ is, n }: { is: "atLeast" | "atMost" | "exactly"; n: number }, times: number): boolean {
  return is === "atLeast" ? times >= n : is === "atMost" ? times <= n : times === n;
}

type Timed = { is: "before" | "since"; at: string } | { is: "inLast" | "notInLast"; days: number };

function timed(one: Timed, time: number | null, now: number): boolean {
  if ("days" in one) return (time !== null && time >= now - one.days * DAY_MS) === (one.is === "inLast");
  if (time === null) return false;
  return one.is === "before" ? time < Date.parse(one.at) : time >= Date.parse(one.at);
}

function fact(one: ConditionOf<"fact">, value: string | null): boolean {
  if ("values" in one) return (value !== null && one.values.includes(value)) === (one.is === "oneOf");
  if ("value" in one) return like(one, value);
  return (value !== null) === (one.is === "set");
}

function like(one: TextTest, value: string | null): boolean {
  const [text, part] = [value?.toLowerCase() ?? null, one.value.toLowerCase()];
  switch (one.is) {
    case "contains":
      return text?.includes(part) ?? false;
    case "notContains":
      return !text?.includes(part);
    case "startsWith":
      return text?.startsWith(part) ?? false;
    case "endsWith":
      return text?.endsWith(part) ?? false;
  }
}

function property(one: PropertyCondition, value: unknown, now: number): boolean {
  const text = asText(value);
  switch (one.type) {
    case "any":
      return (value !== undefined) === (one.is === "set");
    case "boolean":
      return text === one.is;
    case "text":
      return "values" in one ? (text !== null && one.values.includes(text)) === (one.is === "oneOf") : like(one, text);
    case "date":
      return timed(one, text === null ? null : isoTime(text), now);
    case "list": {
      const list = Array.isArray(value) ? value.map(asText) : [];
      if (one.is === "hasAll") return one.values.every((each) => list.includes(each));
      return one.values.some((each) => list.includes(each)) === (one.is === "hasAny");
    }
    case "number": {
      const number = text === null || String(Number(text)) !== text ? null : Number(text);
      if (one.is === "ne") return number !== one.value;
      if (number === null) return false;
      if (one.is === "between") return one.min <= number && number <= one.max;
      return compared(number, one.is, one.value);
    }
  }
}

function compared(number: number, is: Exclude<NumberOperator, "ne">, value: number): boolean {
  switch (is) {
    case "eq":
      return number === value;
    case "lt":
      return number < value;
    case "le":
      return number <= value;
    case "gt":
      return number > value;
    case "ge":
      return number >= value;
  }
}

/** A single value as text, whatever its type. */
const asText = (value: unknown): string | null =>
  ["string", "number", "boolean"].includes(typeof value) ? String(value) : null;

/** The days and instants that worlds consist of; anything else is not a time. */
function isoTime(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)) return null;
  const [year, month, day] = text.slice(0, 10).split("-").map(Number) as [number, number, number];
  const real = new Date(Date.UTC(year, month - 1, day));
  if (year < 1_000 || real.getUTCMonth() !== month - 1 || real.getUTCDate() !== day) return null;
  const time = Date.parse(/T.*(Z|[+-]\d\d:\d\d)$/.test(text) ? text : text.length === 10 ? text : `${text}Z`);
  return Number.isNaN(time) ? null : time;
}
