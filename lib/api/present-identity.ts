import type { z } from "zod";
import type { Identities, IdentityReason, PersonIdentity, Stretch, UserIdLink } from "@/lib/identity/person-identities";
import { userRef } from "@/lib/identity/person-ref";
import { actorById, reasonSentence } from "@/lib/identity/reason-sentence";
import type { identityListSchema, identitySchema, linkSchema, reasonSchema, spanSchema } from "./identity-schemas";

/** Turns the domain's types into the API's: every field by name, so that no new one is published by accident. */

const iso = (ms: number): string => new Date(ms).toISOString();
const isoOrNull = (ms: number | null): string | null => (ms === null || !Number.isFinite(ms) ? null : iso(ms));

export function presentIdentities({ ids, links }: Identities): z.infer<typeof identityListSchema> {
  return { data: ids.map(presentId), links: links.map(presentLink) };
}

function presentId(known: PersonIdentity): z.infer<typeof identitySchema> {
  return {
    kind: known.kind,
    id: known.id,
    class: known.streamClass,
    firstSeen: isoOrNull(known.firstSeen),
    lastSeen: isoOrNull(known.lastSeen),
    events: known.events,
    reasons: known.reasons.map(presentReason),
    spans: known.stretches.map(presentSpan),
  };
}

function presentSpan(row: Stretch): z.infer<typeof spanSchema> {
  return {
    from: isoOrNull(row.from),
    to: isoOrNull(row.to),
    owner: row.owner,
    ref: row.userId === null ? null : userRef(row.userId),
    identifiedFrom: isoOrNull(row.identifiedFrom),
    identifiedUntil: isoOrNull(row.identifiedUntil),
    events: row.events,
    firstSeen: isoOrNull(row.firstSeen),
    lastSeen: isoOrNull(row.lastSeen),
  };
}

function presentReason(row: IdentityReason): z.infer<typeof reasonSchema> {
  return {
    type: row.type,
    text: reasonSentence(row, { time: iso, who: actorById }),
    ...("userId" in row && { userId: row.userId, at: iso(row.at) }),
    ...("until" in row && { until: iso(row.until) }),
    ...("by" in row && { by: row.by }),
  };
}

const presentLink = ({ userIds, isOn, at, by }: UserIdLink): z.infer<typeof linkSchema> => ({
  userIds: [...userIds],
  on: isOn,
  at: iso(at),
  by,
});
