import type { z } from "zod";
import type { ProfileSummary } from "@/lib/profiles/types";
import type { SessionRow } from "@/lib/sessions/types";
import type { TimelineEvent } from "@/lib/timeline/types";
import type { eventSchema, profileSchema, sessionSchema } from "./schemas";

/** Turns the domain's rows into the API's: every field by name, so that no new column is published by accident. */

const iso = (ms: number): string => new Date(ms).toISOString();
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

export function presentProfile(row: ProfileSummary): z.infer<typeof profileSchema> {
  return {
    ref: row.ref,
    userIds: row.userIds,
    anonymousIds: row.anonymousIds,
    name: row.name,
    email: row.email,
    avatar: row.avatar,
    anonymousName: row.anonymousName,
    identified: row.identified,
    firstSeen: isoOrNull(row.firstSeen),
    lastSeen: isoOrNull(row.lastSeen),
    signedUpAt: isoOrNull(row.facts?.signedUpAt ?? null),
    isInternal: row.facts?.isInternal ?? false,
    consent: consentOf(row.facts),
    events: row.events,
    sessions: row.sessions,
    country: row.country,
    city: row.city,
    device: row.device,
    browser: row.browser,
    os: row.os,
    source: row.source,
    properties: row.properties,
  };
}

const consentOf = (facts: ProfileSummary["facts"]): z.infer<typeof profileSchema>["consent"] =>
  facts?.consent && facts.consentAt !== null
    ? { decision: facts.consent, version: facts.consentVersion, decidedAt: iso(facts.consentAt) }
    : null;

export function presentEvent(row: TimelineEvent): z.infer<typeof eventSchema> {
  return {
    id: row.id,
    name: row.name,
    timestamp: iso(row.ts),
    sessionId: row.sessionId,
    attribution: row.attribution,
    actor: row.actor,
    origin: row.origin,
    path: row.path,
    title: row.title,
    referrer: row.referrer,
    country: row.country,
    city: row.city,
    device: row.device,
    browser: row.browser,
    os: row.os,
    revenue: row.revenue,
    groups: row.groups,
    properties: row.properties,
    warnings: row.warnings,
  };
}

export function presentSession(row: SessionRow): z.infer<typeof sessionSchema> {
  return {
    id: row.id,
    startedAt: iso(row.startedAt),
    endedAt: iso(row.endedAt),
    durationMs: row.durationMs,
    events: row.events,
    pageViews: row.pageViews,
    revenue: row.revenue,
    entryPage: row.entryPage,
    exitPage: row.exitPage,
    country: row.country,
    city: row.city,
    device: row.device,
    browser: row.browser,
    os: row.os,
    source: row.source,
    referrer: row.referrer,
  };
}
