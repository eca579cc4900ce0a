import type { Clock } from "@/components/time";
import { countryName, flag } from "@/lib/format/place";
import { exact, relative } from "@/lib/format/time";
import type { ProfileSummary } from "@/lib/profiles/types";

/** Somebody seen less than this many milliseconds ago counts as online: 5 minutes. */
export const ONLINE_MS = 5 * 60 * 1000;

export type TimeText = { iso: string; text: string; title: string };

/** One row of the users list as it is shown; made on the server, so that the browser has nothing to format differently. */
export type UserRow = {
  ref: string;
  href: string;
  name: string;
  /** What is shown under the name: e-mail, or id. */
  detail: string | null;
  avatar: string | null;
  anonymous: boolean;
  online: boolean;
  firstSeen: TimeText | null;
  lastSeen: TimeText | null;
  sessions: number;
  events: number;
  country: { flag: string; name: string } | null;
  device: string | null;
  source: string | null;
};

/** A person's page. */
export const userHref = (projectId: string, ref: string): string => `/${projectId}/users/${encodeURIComponent(ref)}`;

/** What a person is called: name, else e-mail, else id; "Quiet Heron" for somebody who has not said. */
export function displayName(
  person: Pick<ProfileSummary, "name" | "email" | "userIds" | "anonymousName" | "ref">,
): string {
  return person.name ?? person.email ?? person.userIds[0] ?? person.anonymousName ?? person.ref;
}

export const isOnline = (lastSeen: number | null, now: number): boolean =>
  lastSeen !== null && now - lastSeen < ONLINE_MS;

/** "mobile" → "Mobile" */
export const deviceLabel = (device: string | null): string | null =>
  device && device.charAt(0).toUpperCase() + device.slice(1);

export function toUserRow(person: ProfileSummary, projectId: string, clock: Clock): UserRow {
  const name = displayName(person);
  const detail = [person.email, person.userIds[0]].find((value) => value && value !== name) ?? null;
  const country = countryName(person.country);
  return {
    ref: person.ref,
    href: userHref(projectId, person.ref),
    name,
    detail: person.identified ? detail : null,
    avatar: person.avatar,
    anonymous: !person.identified,
    online: isOnline(person.lastSeen, clock.now),
    firstSeen: timeText(person.firstSeen, clock),
    lastSeen: timeText(person.lastSeen, clock),
    sessions: person.sessions,
    events: person.events,
    country: country === null ? null : { flag: flag(person.country), name: country },
    device: [deviceLabel(person.device), person.browser].filter(Boolean).join(" · ") || null,
    source: person.source,
  };
}

function timeText(ts: number | null, clock: Clock): TimeText | null {
  if (ts === null) return null;
  return { iso: new Date(ts).toISOString(), text: relative(ts, clock.now), title: exact(ts, clock.zone) };
}
