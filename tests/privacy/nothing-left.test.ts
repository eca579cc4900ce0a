import { afterAll, beforeAll, expect, test } from "vitest";
import { flushAccessLog } from "@/lib/access-log/access-log.store";
import { pool } from "@/lib/db/pool";
import { recentMessages } from "@/lib/debugger/relay";
import { setAside } from "@/lib/debugger/set-aside.store";
import type { Operation } from "@/lib/events/operation";
import { newId } from "@/lib/ids";
import { reportOutcomes } from "@/lib/ingest/http/report";
import { sweepAlerts } from "@/lib/jobs/alerts";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { countSegments } from "@/lib/jobs/segments";
import { addNote } from "@/lib/notes/notes.store";
import { setPin } from "@/lib/pins/pins.store";
import { eraseByRef } from "@/lib/privacy/erase";
import { forgetErasedValues } from "@/lib/privacy/statistics.store";
import { keptIn } from "@/lib/profiles/list/sorted-columns.store";
import type { ProjectSettings } from "@/lib/projects/settings";
import { updateProject } from "@/lib/projects/settings.store";
import { grantScope } from "@/lib/scope";
import { importMembers } from "@/lib/segments/import.store";
import { createSegment } from "@/lib/segments/segments.store";
import { event, send, turn, watch } from "../alerts/support";
import { makeProject } from "../identity/run";
import { countAllDays } from "../support/day-counts";
import { openReceiver } from "../support/receiver";
import { keptInStatistics } from "../support/statistics";

let receiver: Awaited<ReturnType<typeof openReceiver>>;
beforeAll(async () => {
  receiver = await openReceiver();
});
afterAll(() => receiver.close());

/** Texts by which the person could be recognised; each is unique in the database. */
const GONE = {
  user: "gone-user-7f3a91c2",
  device: "gone-device-5b8d20e4",
  email: "gone.address@erased.example",
  name: "Gonename Personname",
  property: "gone-property-value",
  eventProperty: "gone-event-property",
  path: "/gone/path",
  title: "Gone Page Title",
  referrer: "gone-referrer.example",
  note: "gone note text",
};
const wordsOf = (of: Record<string, string>) => Object.values(of).map((text) => text.toLowerCase());
const stayerOf = (i: number) =>
  Object.fromEntries(
    Object.entries(GONE).map(([key, text]) => [key, text.replace(/gone/gi, `Stays${i}`)]),
  ) as typeof GONE;

/** A visit on a device, a log-in, events with everything they can carry, and an account that names the person. */
function history(of: typeof GONE, now: number): Operation[] {
  const at = { user: of.user, anon: of.device };
  const context = {
    origin: "https://shop.example",
    path: of.path,
    title: of.title,
    referrer: `https://${of.referrer}/from`,
  } as Operation["context"];
  const set = (key: string, value: string) => ({ mode: "set" as const, key, value });
  return [
    event("screen_view", now - 9_000, { anon: of.device, context, properties: { query: of.eventProperty } }),
    event("identify", now - 8_000, {
      ...at,
      kind: "identify",
      properties: { name: of.name, email: of.email, secret: of.property },
      changes: [set("name", of.name), set("email", of.email), set("secret", of.property)],
    }),
    ...[1, 2, 3].map((n) =>
      event("exported", now - 7_000 + n, {
        ...at,
        context,
        groups: ["acme"],
        properties: { by: of.email, what: of.eventProperty },
      }),
    ),
    event("group", now - 6_000, {
      ...at,
      kind: "group",
      groups: ["acme"],
      properties: { properties: { owner: of.email, ownerId: of.user } },
    }),
    event("note", now - 5_000, {
      ...at,
      kind: "identify",
      changes: [{ mode: "union", key: "tags", value: [of.property] }],
    }),
  ];
}

/**
 * Exceptions: none by text. The receipt (erase_jobs), tombstones (erased_ids, hashes) and the access log (numbers) may
 * stay because they hold none of these texts.
 *
 * "table: text" for each text in a row of any table, and in what Postgres keeps of one as statistics. */
async function traces(words: readonly string[]): Promise<string[]> {
  const { rows: tables } = await pool().query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c
      WHERE c.relkind = 'r' AND c.relnamespace::regnamespace::text !~ '^pg_(catalog|toast|temp)|^information_schema$'`,
  );
  expect(tables.length).toBeGreaterThan(60);
  expect(tables.some(({ name }) => name.startsWith("pgboss."))).toBe(true);
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await pool().query<{ word: string }>(
      `SELECT DISTINCT w AS word FROM ${name} t CROSS JOIN unnest($1::text[]) w WHERE strpos(lower(t::text), w) > 0`,
      [words],
    );
    found.push(...rows.map(({ word }) => `${name}: ${word}`));
  }
  const kept = await keptInStatistics(words);
  const statistics = kept.map(({ table, column, word }) => `statistics of ${table}.${column}: ${word}`);
  return [...found, ...new Set(statistics)].sort();
}

const manager = (project: ProjectSettings) => grantScope(project.id, "member:test");

/** Everything that members and jobs store because of the person. */
async function everythingAbout(project: ProjectSettings, now: number): Promise<{ rule: string }> {
  const scope = manager(project);
  const property = (key: string, value: string) => ({
    kind: "property",
    key,
    type: "text",
    is: "oneOf",
    values: [value],
  });
  const rule = await createSegment(scope, {
    name: "Like them",
    description: `Who is like ${GONE.email}`,
    rule: {
      kind: "or",
      of: [
        property("email", GONE.email.toUpperCase()),
        property("owner", GONE.user),
        { kind: "search", text: GONE.email },
      ],
    },
  } as never);
  const list = await createSegment(scope, { name: "Uploaded", rule: null });
  await importMembers(scope, list, `email\n${GONE.email}\n${GONE.user}\n`);
  await watch(
    project,
    receiver.url,
    {
      name: `Exports by ${GONE.email}`,
      trigger: { on: "event", event: "exported", where: [property("by", GONE.email)] } as never,
    },
    now - 60_000,
  );
  await watch(project, receiver.url, { trigger: { on: "segment", segment: rule, is: "enters" } }, now - 60_000);
  await updateProject(scope, {
    internalPeople: ["stays", GONE.user, GONE.email],
    internalProperties: ["role=staff", `email=${GONE.email}`],
  });
  await setPin(scope, "secret", true);
  for (const key of ["p:secret", "name"]) await keptIn(scope, key, now);
  return { rule };
}

test("after an erasure and late events nothing of the person is in any table, nor in Postgres' statistics", async () => {
  const project = await makeProject(pool());
  const now = Date.now();
  const sent = history(GONE, now);
  const scope = manager(project);
  for (let i = 0; i < 3; i++) await send(project, ...history(stayerOf(i), now - 60_000));
  await send(project, ...sent.slice(0, 2));
  await refreshAllFacts(pool(), project.id);
  const { rule } = await everythingAbout(project, now);
  await send(project, ...sent.slice(2));
  // An account they do not belong to, whose contact they were at first.
  for (const contact of [GONE.email, `${GONE.email}, and others`, "nobody"])
    await send(
      project,
      event("group", Date.now(), {
        kind: "group",
        groups: ["other"],
        properties: { properties: { contact, [contact.length]: contact } },
      }),
    );
  const note = { authorId: newId(), members: [], now };
  for (const n of [1, 2, 3]) await addNote(scope, `u:${GONE.user}`, { ...note, body: `${GONE.note} ${n}` });
  const runJobs = async () => {
    await refreshAllFacts(pool(), project.id);
    await countAllDays(project.id, Date.now() + 2 * 24 * 60 * 60 * 1000);
    await countSegments(Date.now());
    await sweepAlerts(Date.now(), new AbortController().signal);
    await turn();
  };
  await runJobs();
  const { rows: person } = await pool().query("SELECT id FROM profiles WHERE project_id = $1 AND lower(email) = $2", [
    project.id,
    GONE.email,
  ]);
  const number = String(person[0]?.id);
  await setAside(pool(), project.id, "facts", number, "refused", now);
  await setAside(pool(), project.id, "columns", `${number} p:secret`, "refused", now);
  const message = { type: "track", payload: { name: "exported", profileId: GONE.user }, anonymousId: GONE.device };
  const arrival = { settings: project, receivedAt: now, via: "/track" };
  const report = (outcomes: Awaited<ReturnType<typeof send>>) =>
    reportOutcomes(arrival, [message], { firstOperation: [0], rejections: [], refusals: [] } as never, outcomes, 0);
  report([{ status: "accepted", warnings: [] }] as never);
  expect(JSON.stringify(recentMessages(scope))).toContain("gone-use");
  expect(receiver.received.length, "a message was delivered").toBeGreaterThan(0);
  await pool().query("ANALYZE");

  const before = await traces(wordsOf(GONE));
  for (const word of wordsOf(GONE))
    expect(
      before.filter((at) => at.endsWith(`: ${word}`)),
      word,
    ).not.toEqual([]);
  const places = [
    "segments",
    "alerts",
    "projects",
    "accounts",
    "account_changes",
    "account_facts",
    "day_counts",
    "statistics of notes.body",
    "statistics of events.properties",
  ];
  for (const place of places)
    expect(
      before.some((at) => at.startsWith(`${place}: `)),
      place,
    ).toBe(true);
  const bystanders = await traces(wordsOf(stayerOf(1)));

  const { finished } = await eraseByRef(grantScope(project.id, "member:test"), project, `u:${GONE.user}`, {
    dryRun: false,
    suppress: false,
    now: Date.now(),
  });
  expect(finished).toBe(true);
  const late = await send(project, ...sent.map((one) => ({ ...one, id: newId() })));
  expect(new Set(late.map(({ status }) => status))).toEqual(new Set(["dropped"]));
  report(late);
  await flushAccessLog();
  await runJobs();
  await forgetErasedValues(pool());

  expect(await traces([...wordsOf(GONE), "gone"])).toEqual([]);
  expect(JSON.stringify(recentMessages(scope)).toLowerCase()).not.toContain("gone");
  const { rows: aside } = await pool().query("SELECT subject FROM set_aside WHERE project_id = $1", [project.id]);
  expect(aside).toEqual([]);
  // What named the person still is what it was for everybody else.
  const { rows: segments } = await pool().query("SELECT rule, description FROM segments WHERE id = $1", [rule]);
  expect(segments[0]?.description).toBe("Who is like [erased]");
  expect(JSON.stringify(segments[0]?.rule).match(/\[erased\]/g)).toHaveLength(3);
  const rowsOnly = (all: string[]) => all.filter((at) => !at.startsWith("statistics"));
  expect(rowsOnly(await traces(wordsOf(stayerOf(1))))).toEqual(rowsOnly(bystanders));
}, 60_000);
