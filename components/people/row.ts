import type { HealthState } from "@/lib/accounts/health";
import type { ProfileSummary } from "@/lib/profiles/types";

/** Somebody seen less than this many milliseconds ago counts as online: 5 minutes. */
export const ONLINE_MS = 5 * 60 * 1000;

/**
 * One cell. At most one of `iso` (a time), `href` (the list it counts), `flag` (path of a country's flag), `trend`
 * (values of a line, oldest first) and `health` (an account's state, which the text explains).
 */
export type ListCell = {
  text: string;
  title?: string;
  iso?: string;
  href?: string;
  flag?: string;
  trend?: number[];
  health?: HealthState;
};

/** One row of the users list, formatted on the server so that the browser cannot format it differently. */
export type UserRow = {
  ref: string;
  href: string;
  name: string;
  /** Shown under the name: e-mail or id. */
  detail: string | null;
  /** URL of the picture on this app; null without one. */
  avatar: string | null;
  anonymous: boolean;
  online: boolean;
  /** An account, shown as its initials in a square. */
  company?: true;
  /** Cells of the shown columns; absent where the value is unknown. */
  cells: Partial<Record<string, ListCell>>;
};

/** URL of a person's page. */
export const userHref = (projectId: string, ref: string): string => `/${projectId}/users/${encodeURIComponent(ref)}`;

/**
 * URL of a person's picture on this app, if the project shows pictures; null without one. The version changes with the
 * source address, so that browsers do not keep a stale picture.
 */
export function pictureHref(projectId: string, { ref, avatar }: Pick<ProfileSummary, "ref" | "avatar">): string | null {
  if (avatar === null) return null;
  let version = 0;
  for (let i = 0; i < avatar.length; i++) version = (Math.imul(version, 31) + avatar.charCodeAt(i)) | 0;
  return `/api/projects/${projectId}/avatar?of=${encodeURIComponent(ref)}&v=${(version >>> 0).toString(36)}`;
}

/** Display name: name, else e-mail, else id; "Quiet Heron" for an anonymous visitor. */
export function displayName(
  person: Pick<ProfileSummary, "name" | "email" | "userIds" | "anonymousName" | "ref">,
): string {
  return person.name ?? person.email ?? person.userIds[0] ?? person.anonymousName ?? person.ref;
}

export const isOnline = (lastSeen: number | null, now: number): boolean =>
  lastSeen !== null && now - lastSeen < ONLINE_MS;

/** Shown under a name: the e-mail or id, if it is not the name itself; null for anonymous people. */
export function displayDetail(person: ProfileSummary): string | null {
  const name = displayName(person);
  const detail = [person.email, person.userIds[0]].find((value) => value && value !== name) ?? null;
  return person.identified ? detail : null;
}

/** A row without cells. */
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
