import { memberNames } from "@/lib/auth/members.queries";
import { fileResponse } from "@/lib/http/file";
import { notesOf } from "@/lib/notes/notes.queries";
import type { ProfileDetail } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { listSessions } from "@/lib/sessions/sessions.queries";
import { listEvents } from "@/lib/timeline/timeline.queries";
import { presentEvent, presentProfile, presentSession } from "./present";

/** Rows read at a time. */
const PAGE_ROWS = 500;
const MAX_NOTES = 10_000;

/**
 * Everything stored about a person as one JSON file, for them to keep: their ids with reasons, their properties, every
 * session, every event and property change (newest first), and what members wrote. Streamed page by page: memory for
 * 500 events.
 */
export const personFile = (scope: Scope, person: ProfileDetail, now: number): Response =>
  fileResponse(scope, "user.json", "application/json", piecesOf(scope, person, now));

async function* piecesOf(scope: Scope, person: ProfileDetail, now: number): AsyncGenerator<string> {
  const { ref } = person;
  const about = {
    exportedAt: new Date(now).toISOString(),
    profile: presentProfile(person),
    identities: person.identities.map(({ kind, id, firstSeen, lastSeen, events }) => ({
      kind,
      id,
      firstSeen: firstSeen === null ? null : new Date(firstSeen).toISOString(),
      lastSeen: lastSeen === null ? null : new Date(lastSeen).toISOString(),
      events,
    })),
    accounts: person.facts?.accounts ?? [],
    notes: await notes(scope, ref),
  };
  yield JSON.stringify(about).slice(0, -1);
  yield* list("sessions", async (cursor) => {
    const { rows, next } = await listSessions(scope, ref, { limit: PAGE_ROWS, cursor });
    return { rows: rows.map(presentSession), next };
  });
  yield* list("events", async (cursor) => {
    const options = { order: "desc", limit: PAGE_ROWS, cursor, includeProperties: true } as const;
    const { rows, next } = await listEvents(scope, ref, options);
    return { rows: rows.map((row) => ({ kind: row.kind, ...presentEvent(row) })), next };
  });
  yield "}\n";
}

async function notes(scope: Scope, ref: string): Promise<object[]> {
  const written = await notesOf(scope, ref, MAX_NOTES);
  const authors = await memberNames(written.map(({ authorId }) => authorId));
  return written.map(({ authorId, body, createdAt }) => ({
    author: authors.get(authorId) ?? null,
    body,
    createdAt: new Date(createdAt).toISOString(),
  }));
}

/** One more member of the open object. */
async function* list(
  name: string,
  read: (cursor: string | undefined) => Promise<{ rows: object[]; next: string | null }>,
): AsyncGenerator<string> {
  yield `,"${name}":[`;
  let cursor: string | undefined;
  let first = true;
  do {
    const { rows, next } = await read(cursor);
    const text = rows.map((row) => JSON.stringify(row)).join(",");
    if (text !== "") {
      yield first ? text : `,${text}`;
      first = false;
    }
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  yield "]";
}
