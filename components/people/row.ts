import type { Clock } from "@/components/time";
import { countryName, flagPath } from "@/lib/format/place";
import { exact, relative } from "@/lib/format/time";
import type { ProfileSummary } from "@/lib/profiles/types";

/** Somebody seen less than this many milliseconds ago counts as online: 5 minutes. */
export const ONLINE_MS = 5 * 60 * 1000;

/** What stands in one cell. At most one of `iso` (a time), `href` (leads to what it counts) and `flag` (the path of a country's flag). */
export type Cell = { text: string; title?: string; iso?: string; href?: string; flag?: string };

/** One row of the users list as it is shown; made on the server, so that the browser has nothing to format differently. */
export type UserRow = {
  ref: string;
  href: string;
  name: string;
  /** What is shown under the name: e-mail, or id. */
  detail: string | null;
  /** Where the app serves their picture; null without one. */
  avatar: string | null;
  anonymous: boolean;
  online: boolean;
  /** By column, of the columns shown only; absent: nothing is known. */
  cells: Partial<Record<string, Cell>>;
};

/** A person's page. */
export const userHref = (projectId: string, ref: string): string => `/${projectId}/users/${encodeURIComponent(ref)}`;

/**
 * Where the app serves a person's picture, if the project shows them; null without one. The version changes with the
 * address it comes from, so that a browser does not keep an old one.
 */
export function pictureHref(projectId: string, { ref, avatar }: Pick<ProfileSummary, "ref" | "avatar">): string | null {
  if (avatar === null) return null;
  let version = 0;
  for (let i = 0; i < avatar.length; i++) version = (Math.imul(version, 31) + avatar.charCodeAt(i)) | 0;
  return `/api/projects/${projectId}/avatar?of=${encodeURIComponent(ref)}&v=${(version >>> 0).toString(36)}`;
}

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

/** As people call it: "Microsoft Edge 141" → "Edge 141", "Samsung Internet for Android 28" → "Samsung Internet 28" */
export const browserLabel = (browser: string | null): string | null =>
  browser === null ? null : browser.replace(/^Microsoft /, "").replace(/ for (Android|iOS)\b/, "");

/** What is shown under a name: the e-mail, or an id, that is not the name itself; null for anonymous people. */
export function displayDetail(person: ProfileSummary): string | null {
  const name = displayName(person);
  const detail = [person.email, person.userIds[0]].find((value) => value && value !== name) ?? null;
  return person.identified ? detail : null;
}

/** Who somebody is, without any column. */
export function toPersonRow(person: ProfileSummary, projectId: string, now: number): UserRow {
  return {
    ref: person.ref,
    href: userHref(projectId, person.ref),
    name: displayName(person),
    detail: displayDetail(person),
    avatar: pictureHref(projectId, person),
    anonymous: !person.identified,
    online: isOnline(person.lastSeen, now),
    cells: {},
  };
}

/** "3 min ago", exactly on hover. */
export const timeCell = (ts: number, clock: Clock): Cell => ({
  iso: new Date(ts).toISOString(),
  text: relative(ts, clock.now),
  title: exact(ts, clock.zone),
});

export function countryCell(code: string | null): Cell | undefined {
  const name = countryName(code);
  return name === null ? undefined : { text: name, flag: flagPath(code) ?? undefined };
}
