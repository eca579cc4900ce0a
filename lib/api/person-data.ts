import { accessesOf } from "@/lib/access-log/access-log.queries";
import { ACT_KIND_LABELS, ACT_KINDS, describeAct } from "@/lib/access-log/acts";
import { actorNames, kindOfActor } from "@/lib/auth/actor-names";
import { memberNames } from "@/lib/auth/members.queries";
import { notesOf } from "@/lib/notes/notes.queries";
import type { ProfileDetail } from "@/lib/profiles/types";
import { settingValues } from "@/lib/projects/projects.queries";
import type { Scope } from "@/lib/scope";
import { listSessions } from "@/lib/sessions/sessions.queries";
import type { SessionRow } from "@/lib/sessions/types";
import { listEvents } from "@/lib/timeline/timeline.queries";
import type { TimelineEvent } from "@/lib/timeline/types";

/** For whom a file about a person is. The person does not learn the names of members. */
export type Audience = "team" | "person";

/** A file about a person: who it is about, for whom it is and when it was made. */
export type PersonFile = { scope: Scope; person: ProfileDetail; audience: Audience; now: number };

/** How many rows are read at a time. */
const PAGE_ROWS = 500;
const MAX_NOTES = 10_000;

/** Who viewed, exported or changed the person, in words. */
export type DataAccess = { who: string; did: string; times: number; lastAt: number };

export async function dataAccessesOf({ scope, person, audience }: PersonFile): Promise<DataAccess[]> {
  const found = await accessesOf(scope, { person: person.ref });
  const nameOf =
    audience === "team"
      ? await actorNames(
          scope,
          found.map(({ actor }) => actor),
        )
      : kindOfActor;
  return found.map(({ actor, times, lastAt, acts }) => ({
    who: nameOf(actor),
    did: ACT_KINDS.filter((kind) => acts.some((act) => describeAct(act).kind === kind))
      .map((kind) => ACT_KIND_LABELS[kind].toLowerCase())
      .join(", "),
    times,
    lastAt,
  }));
}

export type AuthoredNote = { author: string | null; body: string; createdAt: number };

export async function notesAbout({ scope, person, audience }: PersonFile): Promise<AuthoredNote[]> {
  const written = await notesOf(scope, person.ref, MAX_NOTES);
  const authors =
    audience === "team"
      ? await memberNames(
          scope,
          written.map(({ authorId }) => authorId),
        )
      : new Map();
  return written.map(({ authorId, body, createdAt }) => ({ author: authors.get(authorId) ?? null, body, createdAt }));
}

/** For how many days the project keeps events (0: for ever), and exceptions as "name: days". */
export async function retentionPeriodsOf(scope: Scope): Promise<{ days: number; byEvent: string[] }> {
  const { retentionDays, eventRetention } = await settingValues(scope);
  return { days: retentionDays, byEvent: eventRetention };
}

/** Every visit, newest first, a page at a time. */
export const visitPages = ({ scope, person }: PersonFile): AsyncGenerator<SessionRow[]> =>
  pages((cursor) => listSessions(scope, person.ref, { limit: PAGE_ROWS, cursor }));

/** Every event and property change, newest first, a page at a time. */
export const eventPages = ({ scope, person }: PersonFile): AsyncGenerator<TimelineEvent[]> =>
  pages((cursor) =>
    listEvents(scope, person.ref, { order: "desc", limit: PAGE_ROWS, cursor, includeProperties: true }),
  );

async function* pages<Row>(
  read: (cursor: string | undefined) => Promise<{ rows: Row[]; next: string | null }>,
): AsyncGenerator<Row[]> {
  let cursor: string | undefined;
  do {
    const { rows, next } = await read(cursor);
    yield rows;
    cursor = next ?? undefined;
  } while (cursor !== undefined);
}
