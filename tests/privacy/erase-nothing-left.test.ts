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
import { forgetErasedValues } from "@/lib/privacy/forget-erased-values.store";
import { sortedColumnId } from "@/lib/profiles/list/sorted-columns.store";
import type { ProjectSettings } from "@/lib/projects/settings";
import { updateProject } from "@/lib/projects/settings.store";
import { grantScope } from "@/lib/scope";
import { importMembers } from "@/lib/segments/import.store";
import { createSegment } from "@/lib/segments/segments.store";
import { applyEvents, event, runAlertJobs, watch } from "../alerts/support";
import { makeModelProject } from "../identity/run";
import { plantRisk } from "../scope/reads";
import { countAllDays } from "../support/day-counts";
import { openReceiver } from "../support/receiver";
import { wordsInStatistics } from "../support/statistics";

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
  const kept = await wordsInStatistics(words);
  const statistics = kept.map(({ table, column, word }) => `statistics of ${table}.${column}: ${word}`);
  return [...found, ...new Set(statistics)].sort();
}

/** Columns with the number of an id, and with that of a person; a visitor's is minus the number of their device. */
const IDS = "{actor_id,stream_id,user_id,owner_id,identity_id,a,b,ids}";
const PEOPLE = "{profile_id,person,champion}";

/** "table.column" for each that names one of these numbers; the access log may, as the number leads nowhere. */
async function namedBy(projectId: string, ids: readonly number[], people: readonly number[]): Promise<string[]> {
  const { rows: columns } = await pool().query<{ table: string; column: string; people: boolean }>(
    `SELECT c.oid::regclass::text AS table, a.attname AS column,
            a.attname = ANY($2::text[]) OR c.relname IN ('profiles', 'risk_outcomes', 'set_aside') AS people
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
       JOIN pg_attribute p ON p.attrelid = c.oid AND p.attname = 'project_id'
      WHERE c.relkind = 'r' AND c.relname <> 'access_log'
        AND (a.attname = ANY($1::text[] || $2::text[]) AND a.atttypid = ANY('{bigint,bigint[]}'::regtype[])
             OR a.attname = 'id' AND c.relname IN ('identities', 'profiles', 'risk_outcomes')
             OR a.attname = 'subject' AND c.relname = 'set_aside')`,
    [IDS, PEOPLE],
  );
  const found: string[] = [];
  for (const { table, column, people: isPerson } of columns) {
    const text = `SELECT FROM ${table} t WHERE t.project_id = $1
                     AND string_to_array(translate(t.${column}::text, '{}', ''), ',') && $2::text[] LIMIT 1`;
    const sought = isPerson ? [...people, ...ids.map((id) => -id)] : ids;
    const { rowCount } = await pool().query(text, [projectId, sought.map(String)]);
    if (rowCount) found.push(`${table}.${column}`);
  }
  return found.sort();
}

const manager = (project: ProjectSettings) => grantScope(project.id, "member:test");

/** Tables that name the person by a number before the erasure. */
const NAMING = `identities spans events sessions profiles profile_stats profile_facts profile_values person_events
  person_days person_states person_risk account_risk risk_outcomes account_members account_people account_events
  account_left account_kept alias_edges detached prop_ops notes segment_members alert_firings alert_people alert_users
  set_aside`.split(/\s+/);

/** What is stored of a user by corrections (a merge, a device that is not theirs, an account they left) and by days. */
async function plantLinks(projectId: string, user: number): Promise<void> {
  for (const text of [
    `INSERT INTO person_states (project_id, person, since, until, state)
     SELECT $1, profile_id, '2020-01-01', '2020-01-02', 1 FROM identities WHERE project_id = $1 AND id = $2`,
    `INSERT INTO alias_edges (project_id, a, b, is_on, ts, op_id)
     SELECT $1, a, b, false, now(), gen_random_uuid() FROM (VALUES (0, $2::bigint), ($2::bigint, 9007199254740991)) v(a, b)`,
    `INSERT INTO account_kept (project_id, actor_id, source, ts, id, account_id)
     VALUES ($1, $2, 'event', '2020-01-01', gen_random_uuid(), 'left')`,
    `INSERT INTO prop_ops (project_id, actor_id, key, mode, ts, id, value)
     VALUES ($1, $2, 'tags', 'union', now(), gen_random_uuid(), '["x"]')`,
    `INSERT INTO alert_people (project_id, alert_id, person, is_in, times)
     SELECT $1, gen_random_uuid(), profile_id, true, 1 FROM identities WHERE project_id = $1 AND id = $2`,
    // Alone, and as the larger number of a merged person.
    `INSERT INTO alert_users (project_id, alert_id, user_id, parts, ids, is_in, times)
     SELECT $1, gen_random_uuid(), ids[1], parts, ids, true, 1
       FROM (VALUES ('', ARRAY[$2::bigint]), ('planted', ARRAY[0, $2::bigint])) v(parts, ids)`,
    "INSERT INTO detached (project_id, stream_id, user_id, until) VALUES ($1, 0, $2, now())",
    `INSERT INTO account_left (project_id, account_id, actor_id, is_on, until_ts, ts, op_id)
     VALUES ($1, 'left', $2, true, now(), now(), gen_random_uuid())`,
    `INSERT INTO alert_firings (project_id, alert_id, cause, at, fired_at, person)
     SELECT $1, (SELECT min(a.id::text)::uuid FROM alerts a WHERE a.project_id = $1), 'planted', now(), now(), profile_id
       FROM identities WHERE project_id = $1 AND id = $2`,
  ])
    await pool().query(text, [projectId, user]);
}

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
    rule: {
      kind: "or",
      of: [
        property("email", GONE.email.toUpperCase()),
        property("owner", GONE.user),
        { kind: "search", text: GONE.email },
      ],
    },
  } as never);
  const list = await createSegment(scope, { name: "Uploaded", rule: null, description: `Who is like ${GONE.email}` });
  await importMembers(scope, list, `email\n${GONE.email}\n${GONE.user}\n`);
  await watch(
    project,
    receiver.url,
    {
      name: "Exports",
      trigger: { on: "event", event: "exported", where: [property("by", GONE.email)] } as never,
    },
    now - 60_000,
  );
  const isLike = { on: "segment", segment: rule, is: "enters" } as const;
  await watch(project, receiver.url, { name: `Like ${GONE.email}`, trigger: isLike }, now - 60_000);
  await updateProject(scope, {
    internalPeople: ["stays", GONE.user, GONE.email],
    internalProperties: ["role=staff", `email=${GONE.email}`],
  });
  await setPin(scope, "secret", true);
  for (const key of ["p:secret", "name"]) await sortedColumnId(scope, key, now);
  return { rule };
}

test("after an erasure and late events nothing of the person is in any table, nor in Postgres' statistics", async () => {
  const project = await makeModelProject(pool());
  const now = Date.now();
  const sent = history(GONE, now);
  const scope = manager(project);
  for (let i = 0; i < 3; i++) await applyEvents(project, ...history(stayerOf(i), now - 60_000));
  await applyEvents(project, ...sent.slice(0, 2));
  await refreshAllFacts(pool(), project.id);
  const { rule } = await everythingAbout(project, now);
  await applyEvents(project, ...sent.slice(2));
  // An account they do not belong to, whose contact they were at first; its site repeats that.
  for (const contact of [GONE.email, GONE.email, `${GONE.email}, and others`, "nobody"])
    await applyEvents(
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
    await runAlertJobs();
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
  const report = (outcomes: Awaited<ReturnType<typeof applyEvents>>) =>
    reportOutcomes(arrival, [message], { firstOperation: [0], rejections: [], refusals: [] } as never, outcomes, 0);
  report([{ status: "accepted", warnings: [] }] as never);
  expect(JSON.stringify(recentMessages(scope))).toContain("gone-use");
  expect(receiver.received.length, "a message was delivered").toBeGreaterThan(0);
  await pool().query("ANALYZE");

  const { rows: ids } = await pool().query<{ id: number; kind: string; profile: number | null }>(
    `SELECT id, kind, profile_id AS profile FROM identities WHERE project_id = $1 AND ext_id = ANY($2)`,
    [project.id, [GONE.user, GONE.device]],
  );
  const numbers = [ids.map(({ id }) => id), ids.flatMap(({ profile }) => (profile === null ? [] : [profile]))] as const;
  await plantRisk(project.id, GONE.user);
  await plantLinks(project.id, ids.find(({ kind }) => kind === "u")?.id ?? 0);
  const named = await namedBy(project.id, ...numbers);
  expect(NAMING.filter((table) => !named.some((at) => at.startsWith(`${table}.`)))).toEqual([]);

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
  expect(await namedBy(project.id, ...numbers), "before any job").toEqual([]);
  const late = await applyEvents(project, ...sent.map((one) => ({ ...one, id: newId() })));
  expect(new Set(late.map(({ status }) => status))).toEqual(new Set(["dropped"]));
  report(late);
  await flushAccessLog();
  await runJobs();
  await forgetErasedValues(pool());

  expect(await traces([...wordsOf(GONE), "gone"])).toEqual([]);
  expect(await namedBy(project.id, ...numbers)).toEqual([]);
  expect(JSON.stringify(recentMessages(scope)).toLowerCase()).not.toContain("gone");
  const { rows: aside } = await pool().query("SELECT subject FROM set_aside WHERE project_id = $1", [project.id]);
  expect(aside).toEqual([]);
  // What named the person is unchanged for everybody else.
  const { rows: segments } = await pool().query(
    "SELECT rule, description FROM segments WHERE project_id = $1 ORDER BY id = $2 DESC",
    [project.id, rule],
  );
  expect(segments[1]?.description).toBe("Who is like [erased]");
  expect(JSON.stringify(segments[0]?.rule).match(/\[erased\]/g)).toHaveLength(3);
  const rowsOnly = (all: string[]) => all.filter((at) => !at.startsWith("statistics"));
  expect(rowsOnly(await traces(wordsOf(stayerOf(1))))).toEqual(rowsOnly(bystanders));
}, 60_000);
