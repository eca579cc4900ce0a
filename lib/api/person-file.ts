import { fileResponse } from "@/lib/http/file";
import { zipFiles } from "@/lib/http/zip";
import type { Scope } from "@/lib/scope";
import { consentsOf } from "@/lib/timeline/consents.queries";
import { dataAccessesOf, eventPages, notesAbout, type PersonFile, retentionPeriodsOf, visitPages } from "./person-data";
import { personHtml } from "./person-html";
import { presentEvent, presentProfile, presentSession } from "./present";

/** `json`: for programs; `zip`: the same and a page for people. */
export const FILE_FORMATS = ["json", "zip"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/**
 * Everything stored about a person as one file, for them to keep: their ids with reasons, their properties, every
 * session, every event and property change (newest first), members' notes, who viewed their data, and how long it is
 * kept. Streamed page by page, with memory for 500 events. For masked sight, names are left out as everywhere.
 * `reader`: who downloads it, for the limit on concurrent downloads.
 */
export function personFileResponse(file: PersonFile, format: FileFormat, reader: Scope = file.scope): Response {
  if (format === "json") return fileResponse(reader, "user.json", "application/json", personJson(file));
  const files = [
    { name: "data.json", chunks: () => personJson(file) },
    { name: "readable.html", chunks: () => personHtml(file) },
  ];
  return fileResponse(reader, "user.zip", "application/zip", zipFiles(files));
}

const iso = (ms: number): string => new Date(ms).toISOString();

async function* personJson(file: PersonFile): AsyncGenerator<string> {
  const { scope, person, now } = file;
  const about = {
    exportedAt: iso(now),
    profile: presentProfile(person),
    identities: person.identities.map(({ kind, id, firstSeen, lastSeen, events }) => ({
      kind,
      id,
      firstSeen: firstSeen === null ? null : iso(firstSeen),
      lastSeen: lastSeen === null ? null : iso(lastSeen),
      events,
    })),
    accounts: person.facts?.accounts ?? [],
    notes: (await notesAbout(file)).map(({ createdAt, ...note }) => ({ ...note, createdAt: iso(createdAt) })),
    consents: (await consentsOf(scope, person.ref)).map(({ ts, granted, version, purposes }) => ({
      granted,
      version,
      purposes,
      timestamp: iso(ts),
    })),
    lookedAtBy: (await dataAccessesOf(file)).map(({ lastAt, ...one }) => ({ ...one, lastAt: iso(lastAt) })),
    retention: await retentionPeriodsOf(scope),
  };
  yield JSON.stringify(about).slice(0, -1);
  yield* list("sessions", visitPages(file), presentSession);
  yield* list("events", eventPages(file), (row) => ({ kind: row.kind, ...presentEvent(row) }));
  yield "}\n";
}

/** Adds a field with a list to the JSON object that is being written. */
async function* list<Row>(
  name: string,
  pages: AsyncGenerator<Row[]>,
  present: (row: Row) => object,
): AsyncGenerator<string> {
  yield `,"${name}":[`;
  let first = true;
  for await (const rows of pages) {
    if (rows.length === 0) continue;
    const text = rows.map((row) => JSON.stringify(present(row))).join(",");
    yield first ? text : `,${text}`;
    first = false;
  }
  yield "]";
}
