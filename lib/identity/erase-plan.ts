import { timestamp } from "@/lib/db/statement";
import type { LockedStream } from "@/lib/identity/locked-identities";
import { EPSILON_MS, ERASED, type UserRun } from "@/lib/identity/partition";
import { joinNumbers } from "./person-ref";

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
