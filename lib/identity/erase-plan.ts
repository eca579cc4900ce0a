import { timestamp } from "@/lib/db/statement";
import type { Json } from "@/lib/json";
import type { NamedPerson } from "@/lib/projects/own-team.store";
import type { LockedStream } from "./locked-identities";
import { EPSILON_MS, ERASED, type UserRun } from "./partition";
import { joinNumbers, refOf } from "./person-ref";

/**
 * What each feature's own erase is given: the plan, which says what to delete, and the remover, which takes the person
 * out of texts that stay. Pure.
 */

/** A range [from, to) of an actor's events that an erasure deletes; ms, ±Infinity for open ends. */
export type ActorRange = { actorId: number; from: number; to: number };

/** Ranges as the three arrays that `unnest` takes: actors, starts, ends. */
export const rangeColumns = (ranges: readonly ActorRange[]) =>
  [
    ranges.map((range) => range.actorId),
    ranges.map((range) => timestamp(range.from)),
    ranges.map((range) => timestamp(range.to)),
  ] as const;

/** What an erasure does to a stream on which the person has a span. */
export type StreamPlan =
  | { kind: "whole"; stream: LockedStream; ranges: ActorRange[] }
  | { kind: "part"; stream: LockedStream; ranges: ActorRange[]; runs: UserRun[] };

/**
 * Plans the erasure of a person's spans of a stream at `until` ms (docs/identity.md R13). Deletes a stream that has
 * nobody else's spans. On a shared one the person's runs become erased runs, so that only the boundaries remain.
 * `owns`: whether an owner is the person (null: the anonymous visitor). Pure.
 */
export function planStream(stream: LockedStream, owns: (owner: number | null) => boolean, until: number): StreamPlan {
  const isWhole = stream.spans.every((span) => owns(span.owner) || (span.owner === null && span.count === 0));
  if (isWhole)
    return {
      kind: "whole",
      stream,
      ranges: [{ actorId: stream.id, from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }],
    };
  const ranges: ActorRange[] = [];
  const runs: UserRun[] = [];
  for (const span of stream.spans) {
    if (!owns(span.owner)) {
      if (span.run) runs.push({ ...span.run });
      continue;
    }
    const to = Math.min(span.to, until + EPSILON_MS);
    if (to <= span.from) continue;
    ranges.push({ actorId: stream.id, from: span.from, to });
    const last = runs.at(-1);
    if (last?.user === ERASED && last.last + EPSILON_MS === span.from) last.last = to - EPSILON_MS;
    else runs.push({ user: ERASED, first: span.from, last: to - EPSILON_MS });
  }
  return { kind: "part", stream, ranges, runs };
}

/** What to erase: a person by any of its user ids, or an anonymous visitor by its stream. */
export type EraseTarget = { kind: "u" | "a"; extId: string };

/** A person's locked user ids, their profiles and the streams on which they own a span. */
export type LockedPerson = { userIds: number[]; profileIds: number[]; streams: Map<number, LockedStream> };

type StreamPart = Extract<StreamPlan, { kind: "part" }>;

/** The scope of an erasure, passed to each feature's own erase. */
export type ErasePlan = LockedPerson & {
  /** The person's parts of streams shared with others. */
  parts: StreamPart[];
  /** Streams with nobody else's spans. */
  wholeIds: number[];
  /** Everything erased as a whole: the user ids and those streams. */
  actorIds: number[];
  /** The events to delete. */
  ranges: ActorRange[];
  /** Everybody whose figures change, by personNumber. */
  people: number[];
};

export function planErasure(person: LockedPerson, kind: EraseTarget["kind"], until: number): ErasePlan {
  const { userIds, profileIds, streams } = person;
  const owns = (owner: number | null): boolean =>
    kind === "a" ? owner === null : owner !== null && userIds.includes(owner);
  const plans = [...streams.values()].map((stream) => planStream(stream, owns, until));
  const always = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  const wholeIds = plans.flatMap((plan) => (plan.kind === "whole" ? [plan.stream.id] : []));
  return {
    ...person,
    parts: plans.filter((plan) => plan.kind === "part"),
    wholeIds,
    actorIds: [...userIds, ...wholeIds],
    ranges: [...userIds.map((actorId) => ({ actorId, ...always })), ...plans.flatMap((plan) => plan.ranges)],
    people: joinNumbers({ profiles: profileIds, visitors: [...streams.keys()] }),
  };
}

/** Replaces an erased person's address or id in rules and properties. */
const REMOVED = "[erased]";
/** A shorter user id ("42", "pro") may mean something else in a rule or property. */
const MIN_ID_CHARS = 12;
const SYNTAX = /[\\^$.*+?()[\]{}|/]/g;

/** Removes an erased person from JSON. */
export type PersonRemover = {
  /** Their ids and addresses, in lower case and escaped as in JSON, for SQL to find candidates by. */
  needles: string[];
  /**
   * Returns a copy without their addresses, wherever these occur and in any case, and without their ids where an id is
   * the whole text.
   */
  remove: (value: Json) => Json;
};

/** null if they have no address and no id of MIN_ID_CHARS. */
export function personRemover({ ids, addresses }: NamedPerson): PersonRemover | null {
  const whole = new Set(ids.filter((id) => id.length >= MIN_ID_CHARS).flatMap((id) => [id, refOf("u", id)]));
  const within = [...new Set(addresses.map((address) => address.toLowerCase()))].map(
    (address) =>
      new RegExp(
        `(?<![\\p{L}\\p{N}._%+-])${address.replace(SYNTAX, "\\$&")}(?![\\p{L}\\p{N}-]|\\.[\\p{L}\\p{N}])`,
        "giu",
      ),
  );
  const needles = [...whole, ...addresses].map((text) => JSON.stringify(text).slice(1, -1).toLowerCase());
  if (needles.length === 0) return null;
  const clean = (text: string): string =>
    whole.has(text) ? REMOVED : within.reduce((rest, address) => rest.replace(address, REMOVED), text);
  const remove = (value: Json): Json => {
    if (typeof value === "string") return clean(value);
    if (Array.isArray(value)) return value.map(remove);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, remove(inner)]));
  };
  return { needles: [...new Set(needles)], remove };
}
