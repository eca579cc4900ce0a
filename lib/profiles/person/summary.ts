import { type Context, sourceOf } from "@/lib/events/context";
import { nest } from "@/lib/format/nest";
import { refOf } from "@/lib/identity/person-ref";
import type { JsonObject } from "@/lib/json";
import type { PersonFacts, ProfileDetail, ProfileIdentity, ProfileSummary } from "@/lib/profiles/types";
import { anonymousName } from "./anonymous-name";
import type { PersonRow } from "./person-rows.queries";

/** How many visits somebody made, and the context of the first and the newest. */
export type SessionFacts = { sessions: number; firstContext: Context; lastContext: Context };

/** What a list's row does not hold. `sessions` is absent for somebody without any; `properties` are flat. */
export type Facts = {
  identities: ProfileIdentity[];
  sessions: SessionFacts | undefined;
  properties: JsonObject;
  stored: PersonFacts | undefined;
};

/** One key a person, for looking facts up. */
export const factsKey = (kind: "u" | "a", id: number): string => `${kind}${id}`;

export function toSummary(row: PersonRow, { identities, sessions, properties, stored }: Facts): ProfileSummary {
  const now = sessions?.lastContext;
  return {
    ref: refOf(row.kind, row.extId),
    userIds: identities.filter(({ kind }) => kind === "user").map(({ id }) => id),
    anonymousIds: identities.filter(({ kind }) => kind === "device").map(({ id }) => id),
    name: row.name,
    email: row.email,
    avatar: row.avatar,
    anonymousName: row.kind === "a" ? anonymousName(row.extId) : null,
    identified: row.kind === "u",
    firstSeen: row.firstSeen,
    lastSeen: row.lastSeen,
    events: row.events,
    sessions: sessions?.sessions ?? 0,
    country: now?.country ?? null,
    city: now?.city ?? null,
    device: now?.device ?? null,
    browser: now?.browser ?? null,
    os: now?.os ?? null,
    source: sessions ? sourceOf(sessions.firstContext) : null,
    properties: nest(properties),
    facts: stored ?? null,
  };
}

export function toDetail(row: PersonRow, facts: Facts): ProfileDetail {
  return { ...toSummary(row, facts), createdAt: row.createdAt, identities: facts.identities };
}
