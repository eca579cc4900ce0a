import sql from "sql-template-tag";
import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { stepRetention } from "@/lib/jobs/retention";
import { applyRetention, projectsDue, retentionStep } from "@/lib/privacy/retention";
import { previewRetention } from "@/lib/privacy/retention-preview.queries";
import { latestRun } from "@/lib/privacy/retention-runs.store";
import { retainedSince, retentionCutoff } from "@/lib/projects/retention";
import { readUsage } from "@/lib/projects/usage.store";
import { grantScope } from "@/lib/scope";
import { type Random, random, sequence, T0, toOperation } from "../identity/generate";
import { inVisits, type ModelOp, resolve } from "../identity/model";
import { observe } from "../identity/observe";
import { makeModelProject, sendOperations, visitsOf } from "../identity/run";
import { parseScript, timeOf } from "../identity/script";

const DAY = 24 * 60 * 60 * 1000;
const TWENTY_MINUTES = 20 * 60 * 1000;
const NOW = T0 + 10 * DAY;
const keep = (days: number, byEvent: string[] = []) => ({ days, byEvent });
const nameOf = (op: ModelOp) => toOperation(op);

/** A random sequence over ten days. */
function days(seed: number, size: number): ModelOp[] {
  const r = random(seed + 77);
  return sequence(seed, size).map((op) => ({ ...op, ts: T0 + r.int(10) * DAY + r.int(4) * TWENTY_MINUTES }));
}

async function rowsOf<Row>(text: string, projectId: string): Promise<Row[]> {
  return (await pool().query(text, [projectId])).rows as Row[];
}

/** Sessions whose sums are not those of their events. */
const WRONG_SESSIONS = `
  SELECT s.session_id FROM sessions s LEFT JOIN LATERAL (
    SELECT count(*) AS n, min(e.ts) AS f, max(e.ts) AS l FROM events e
     WHERE e.project_id = s.project_id AND e.session_id = s.session_id AND e.actor_id = s.actor_id AND e.active) x ON true
   WHERE s.project_id = $1 AND (s.event_count, s.started_at, s.ended_at) IS DISTINCT FROM (x.n, x.f, x.l)`;

/** What the facts job makes of a project, in a form to compare. */
async function derived(projectId: string): Promise<string[]> {
  const out: string[] = [];
  for (const table of ["profile_facts", "person_events", "person_days", "person_states", "account_people"]) {
    const rows = await rowsOf<{ row: string }>(
      `SELECT to_jsonb(t)::text AS row FROM ${table} t WHERE project_id = $1`,
      projectId,
    );
    out.push(...rows.map(({ row }) => `${table} ${row}`).sort());
  }
  return out;
}

/**
 * Sends everything in random order, with retention in between by limits that only get shorter; late operations are
 * refused.
 */
async function history(r: Random, ops: readonly ModelOp[]) {
  const project = await makeModelProject(pool());
  const accepted: ModelOp[] = [];
  let limit = 10;
  for (const op of r.shuffle(ops)) {
    if (r.chance(0.15)) {
      limit = Math.max(1, limit - r.int(4));
      await applyRetention(pool(), project.id, keep(limit), NOW);
    }
    if (op.ts < retainedSince(keep(limit), nameOf(op), NOW)) continue;
    accepted.push(op);
    await sendOperations(pool(), project, [toOperation(op)]);
  }
  // A session that an operation joined before it was deleted.
  const visits = await visitsOf(pool(), project.id);
  // The same limit on the next day: a claim meanwhile may have left a visitor nothing but deleted events.
  await applyRetention(pool(), project.id, keep(limit + 1), NOW + DAY);
  return { project, accepted, visits, cutoff: retentionCutoff(limit, NOW) };
}

/** docs/identity.md X11. */
test.each(Array.from({ length: 8 }, (_, i) => i))(
  "retention in random histories (series %i) moves no event to anybody else, and leaves nothing older",
  async (series) => {
    for (let seed = series * 8; seed < series * 8 + 8; seed++) {
      const { project, accepted, visits, cutoff } = await history(random(seed), days(seed, 30));
      const full = resolve(inVisits(accepted, visits));
      const kept = accepted.filter((op) => op.ts >= cutoff);
      const { owners, people } = await observe(pool(), project.id);
      const label = `seed ${seed}`;
      const expected = Object.entries(full.owners).filter(([id]) => kept.some((op) => op.id === id));
      expect(owners, label).toEqual(Object.fromEntries(expected));
      for (const op of kept) {
        const owner = full.owners[op.id];
        if (owner === undefined || !op.active) continue;
        const { count, first, last } = people[owner] ?? {};
        const all = full.people[owner];
        expect(count, label).toBeLessThanOrEqual(all?.count ?? 0);
        expect(first, label).toBeGreaterThanOrEqual(all?.first ?? 0);
        expect(first, label).toBeLessThanOrEqual(op.ts);
        expect(last, label).toBeGreaterThanOrEqual(op.ts);
        expect(last, label).toBe(all?.last);
      }
      const unseen = Object.keys(people).filter((owner) => owner.startsWith("a:"));
      const there = kept.filter((op) => full.owners[op.id]?.startsWith("a:"));
      expect(unseen.sort(), label).toEqual([...new Set(there.map((op) => full.owners[op.id]))].sort());
      expect(await rowsOf(WRONG_SESSIONS, project.id), label).toEqual([]);
      for (const [table, column] of [
        ["events", "ts"],
        ["sessions", "started_at"],
      ] as const) {
        const old = await pool().query(`SELECT 1 FROM ${table} WHERE project_id = $1 AND ${column} < $2`, [
          project.id,
          new Date(cutoff),
        ]);
        expect(old.rowCount, `${label} ${table}`).toBe(0);
      }
    }
  },
);

test("derived values follow, and a person whose events are gone keeps their first and last seen", async () => {
  const project = await makeModelProject(pool());
  const ops = [
    ...parseScript("A/a@0 A/a@5 b@3").map((op) => toOperation(op)),
    ...parseScript("B/c@5d c@5d").map((op) => toOperation(op)),
    ...parseScript("B@0").map((op) => toOperation(op)),
  ];
  await sendOperations(pool(), project, ops);
  const now = timeOf("9d");
  await refreshAllFacts(pool(), project.id, now);
  await applyRetention(pool(), project.id, keep(6), now);
  await refreshAllFacts(pool(), project.id, now);
  const current = await derived(project.id);
  const facts = await rowsOf<{
    handle: string;
    first_seen: number;
    last_seen: number;
    event_count: number;
    active_days: number;
  }>(
    "SELECT handle, first_seen, last_seen, event_count, active_days FROM profile_facts WHERE project_id = $1 ORDER BY handle",
    project.id,
  );
  expect(facts).toEqual([
    { handle: "a", first_seen: timeOf("0"), last_seen: timeOf("5"), event_count: 2, active_days: 0 },
    { handle: "b", first_seen: timeOf("0"), last_seen: timeOf("5d"), event_count: 3, active_days: 1 },
  ]);
  const before = new Date(retentionCutoff(6, now)).toISOString().slice(0, 10);
  for (const [table, column] of [
    ["person_days", "day"],
    ["person_events", "first_at"],
  ] as const)
    expect(
      (await pool().query(`SELECT 1 FROM ${table} WHERE project_id = $1 AND ${column} < $2`, [project.id, before]))
        .rowCount,
    ).toBe(0);
  expect(
    await rowsOf("SELECT 1 FROM identities WHERE project_id = $1 AND ext_id = 'b'", project.id),
    "the visitor is gone",
  ).toEqual([]);
  // Nothing was left out: computing everybody again changes nothing.
  await pool().query("UPDATE profile_facts SET version = 1 WHERE project_id = $1", [project.id]);
  await refreshAllFacts(pool(), project.id, now);
  expect(await derived(project.id)).toEqual(current);
  // Nobody is new because their first days are gone.
  const states = await rowsOf<{ since: Date; state: number }>(
    "SELECT since::text, state FROM person_states WHERE project_id = $1 AND state = 1 ORDER BY since",
    project.id,
  );
  expect(new Set(states.map(({ since }) => String(since)))).toEqual(new Set([new Date(T0).toISOString().slice(0, 10)]));
});

test("nothing stays outdated if the facts job runs between the steps of a run", async () => {
  const project = await makeModelProject(pool());
  // A's first visit goes. Too many log in on m for anybody to own it, so the device stays and its visitor goes.
  const logins = [..."BCDEFGHIJ"].map((user, i) => `${user}/m@${i + 1}`).join(" ");
  const ops = parseScript(`A/a@0 A/a@8d m@0 ${logins}`);
  await sendOperations(
    pool(),
    project,
    ops.map((op) => toOperation(op)),
  );
  const now = timeOf("9d");
  const refresh = () => refreshAllFacts(pool(), project.id, now);
  await refresh();
  while ((await retentionStep(pool(), project.id, keep(6), now)) === "more") await refresh();
  await refresh();
  const current = await derived(project.id);
  await pool().query("UPDATE profile_facts SET version = 1 WHERE project_id = $1", [project.id]);
  await refresh();
  expect(await derived(project.id)).toEqual(current);
});

test("a device that too many used is still nobody's after its events are gone", async () => {
  const project = await makeModelProject(pool());
  const run = (script: string) =>
    sendOperations(
      pool(),
      project,
      parseScript(script).map((op) => toOperation(op)),
    );
  await run(`m@0 ${[..."ABCDEFGHI"].map((user, i) => `${user}/m@${i + 1}`).join(" ")}`);
  await applyRetention(pool(), project.id, keep(6), timeOf("9d"));
  await run("Z/m@10d m@11d");
  const { people } = await observe(pool(), project.id);
  expect([people.Z?.count, people["a:m"]?.count]).toEqual([1, 1]);
});

test("events with a limit of their own are deleted earlier, or kept", async () => {
  const project = await makeModelProject(pool());
  const now = timeOf("9d");
  const op = (name: string, ts: number, kind: "event" | "identify" = "event", by = "A") => ({
    ...toOperation(parseScript(`${by}@0`)[0] as ModelOp),
    id: newId(),
    ts,
    kind,
    name,
  });
  await sendOperations(pool(), project, [
    // A visitor goes with the last of their events, whatever its limit.
    op("view", timeOf("4d"), "event", "visitor"),
    op("buy", T0, "event", "customer"),
    op("ping", timeOf("4d"), "event", "pinger"),
    // The moment at which a kept day begins belongs to it.
    ...[T0, retentionCutoff(2, now) - 1, retentionCutoff(2, now)].map((ts) => op("ping", ts)),
    ...[T0, retentionCutoff(6, now) - 1, retentionCutoff(6, now)].map((ts) => op("view", ts)),
    op("buy", T0),
    // A limit by name is for events only.
    op("ping", timeOf("5d"), "identify"),
    op("buy", timeOf("1d"), "identify"),
  ]);
  await applyRetention(pool(), project.id, keep(6, ["ping: 2", "buy: 0"]), now);
  const left = await rowsOf<{ kind: string; name: string; ts: number }>(
    "SELECT kind, name, ts FROM events WHERE project_id = $1 ORDER BY kind, name, ts",
    project.id,
  );
  expect(left).toEqual([
    { kind: "event", name: "buy", ts: T0 },
    { kind: "event", name: "buy", ts: T0 },
    { kind: "event", name: "ping", ts: retentionCutoff(2, now) },
    { kind: "event", name: "view", ts: retentionCutoff(6, now) },
    { kind: "event", name: "view", ts: timeOf("4d") },
    { kind: "identify", name: "ping", ts: timeOf("5d") },
  ]);
  expect(
    await rowsOf("SELECT ext_id FROM identities WHERE project_id = $1 AND kind = 'a' ORDER BY 1", project.id),
  ).toEqual([{ ext_id: "customer" }, { ext_id: "visitor" }]);
});

test.each([
  ["for all events", keep(1)],
  ["by name", keep(0, ["view: 1"])],
])("a run takes bounded steps, once a day and rule, and resumes where it stopped: a limit %s", async (_, limit) => {
  const project = await makeModelProject(pool());
  await pool().query(
    `INSERT INTO events (project_id, id, ts, received_at, kind, name, active, claim)
     SELECT $1, gen_random_uuid(), $2, $2, 'event', 'view', true, true FROM generate_series(1, 5000)`,
    [project.id, new Date(T0)],
  );
  const count = async () => (await rowsOf("SELECT 1 FROM events WHERE project_id = $1", project.id)).length;
  const left: number[] = [];
  const step = () => retentionStep(pool(), project.id, limit, NOW);
  while ((await step()) === "more") left.push(await count());
  expect(left.every((n, i) => (left[i - 1] ?? 5000) - n <= 2000)).toBe(true);
  expect(await count()).toBe(0);
  expect(await latestRun(pool(), project.id)).toMatchObject({ phase: "done", events: 5000 });
  expect(await step(), "nothing more today").toBe("idle");
  expect(await retentionStep(pool(), project.id, limit, NOW + DAY), "the next day").toBe("more");
});

test("a project is due until its run is done, again on the next day, and when its limits change", async () => {
  const project = await makeModelProject(pool());
  const limit = (days: number) =>
    pool().query("UPDATE projects SET retention_days = $2 WHERE id = $1", [project.id, days]);
  const isDue = async (now: number) =>
    (await projectsDue(pool(), now)).some(({ projectId }) => projectId === project.id);
  expect(await isDue(NOW), "it keeps everything").toBe(false);
  await limit(5);
  expect(await isDue(NOW)).toBe(true);
  await retentionStep(pool(), project.id, keep(5), NOW);
  expect(await isDue(NOW), "not done yet").toBe(true);
  await applyRetention(pool(), project.id, keep(5), NOW);
  expect(await isDue(NOW)).toBe(false);
  expect(await isDue(NOW + DAY)).toBe(true);
  const exceptions = (entries: string[]) =>
    pool().query("UPDATE projects SET event_retention = $2 WHERE id = $1", [project.id, entries]);
  await exceptions(["ping: 2"]);
  expect(await isDue(NOW), "some events have a limit of their own now").toBe(true);
  await exceptions([]);
  expect(await isDue(NOW)).toBe(false);
  await limit(4);
  expect(await isDue(NOW)).toBe(true);
  await limit(0);
  await exceptions(["ping: 2"]);
  expect(await isDue(NOW), "only some events have a limit").toBe(true);
  await pool().query("UPDATE projects SET erase_at = now() WHERE id = $1", [project.id]);
  expect(await isDue(NOW), "it is deleted").toBe(false);
  await pool().query("UPDATE projects SET erase_at = NULL WHERE id = $1", [project.id]);
  await exceptions([]);
  await limit(4);
  await sendOperations(pool(), project, [toOperation(parseScript("A@0")[0] as ModelOp)]);
  while (await isDue(NOW)) await stepRetention(NOW);
  expect(await rowsOf("SELECT 1 FROM events WHERE project_id = $1", project.id), "the job deletes").toEqual([]);
});

test("a walk that an exception keeps events from passes them once, and leaves nothing behind at the ends of its chunks", async () => {
  const project = await makeModelProject(pool());
  await sendOperations(
    pool(),
    project,
    parseScript("A@0 B@1 C@2").map((op) => toOperation(op)),
  );
  const people = await rowsOf<{ id: number }>("SELECT id FROM identities WHERE project_id = $1", project.id);
  // Three a millisecond, one of them kept: chunks end within a millisecond, and within a person.
  for (const actor of [null, ...people.map(({ id }) => id)])
    await pool().query(
      `INSERT INTO events (project_id, id, ts, received_at, kind, name, active, claim, actor_id)
       SELECT $1, gen_random_uuid(), $2::timestamptz + n / 3 * interval '1 ms', $2, 'event',
              CASE n % 3 WHEN 0 THEN 'buy' ELSE 'view' END, true, true, $3
         FROM generate_series(1, $4) n`,
      [project.id, new Date(T0), actor, actor === null ? 4500 : 2400],
    );
  const cursors: string[] = [];
  while ((await retentionStep(pool(), project.id, keep(1, ["buy: 0"]), NOW)) === "more") {
    const run = await latestRun(pool(), project.id);
    if (run?.phase === "everything" && run.cursor !== null) cursors.push(run.cursor);
  }
  expect(new Set(cursors).size, "each step gets ahead").toBe(cursors.length);
  expect(
    await rowsOf("SELECT name, count(*)::int AS n FROM events WHERE project_id = $1 GROUP BY name", project.id),
  ).toEqual([{ name: "buy", n: 1500 + 800 * people.length }]);
});

test("a run goes through all visitors and visits, however many", async () => {
  const project = await makeModelProject(pool());
  const ids = Array.from({ length: 501 }, (_, i) => i);
  const ops = parseScript(ids.flatMap((i) => [`v${i}@0`, ...(i > 300 ? [`U${i}/d${i}@0`] : [])]).join(" "));
  await sendOperations(
    pool(),
    project,
    ops.map((op) => toOperation(op)),
  );
  await applyRetention(pool(), project.id, keep(6), timeOf("9d"));
  const left = ["events", "sessions", "identities"].map(async (table) => {
    const rows = await rowsOf(`SELECT 1 FROM ${table} WHERE project_id = $1`, project.id);
    return [table, rows.length];
  });
  expect(await Promise.all(left)).toEqual([
    ["events", 0],
    ["sessions", 0],
    ["identities", 400],
  ]);
  // Deleted ones free their places under the project's ceiling.
  expect(await readUsage(pool(), project.id)).toMatchObject({ people: 200, devices: 200 });
});

test("two processes at once delete nothing twice, and count it once", async () => {
  const project = await makeModelProject(pool());
  await sendOperations(
    pool(),
    project,
    days(3, 60).map((op) => toOperation(op)),
  );
  const stored = Number(
    (await pool().query(sql`SELECT count(*) AS n FROM events WHERE project_id = ${project.id}`)).rows[0]?.n,
  );
  const run = async () => {
    while ((await latestRun(pool(), project.id))?.phase !== "done")
      await retentionStep(pool(), project.id, keep(1), NOW + 9 * DAY);
  };
  await Promise.all([run(), run(), run()]);
  expect(await latestRun(pool(), project.id)).toMatchObject({ events: stored });
});

test("the preview counts exactly what the next run deletes", async () => {
  const [project, other] = [await makeModelProject(pool()), await makeModelProject(pool())];
  const now = timeOf("9d");
  const op = (name: string, ts: number, by = "A", kind: "event" | "identify" = "event") => ({
    ...toOperation(parseScript(`${by}@0`)[0] as ModelOp),
    id: newId(),
    ts,
    kind,
    name,
  });
  const ops = [
    op("ping", T0),
    op("ping", timeOf("5d")),
    op("ping", retentionCutoff(2, now)),
    op("ping", T0, "A", "identify"),
    op("view", T0),
    op("view", timeOf("8d")),
    op("buy", timeOf("8d")),
    op("view", T0, "gone"),
    op("view", timeOf("8d"), "here"),
    ...["owned", "B/owned"].map((by) => op("view", T0, by)),
  ];
  await sendOperations(pool(), project, ops);
  await sendOperations(
    pool(),
    other,
    ops.map((one) => ({ ...one, id: newId() })),
  );
  await pool().query(
    `INSERT INTO project_names (project_id, kind, name)
     SELECT $1, 'event', n FROM unnest('{ping,view,buy}'::text[]) n ON CONFLICT DO NOTHING`,
    [project.id],
  );
  const scope = grantScope(project.id, "system:test");
  const limits = keep(6, ["ping: 2", "buy: 0"]);
  const exact = (count: number) => ({ count, isExact: true });
  const { events, ...others } = await previewRetention(scope, limits, now);
  expect(events.map(({ name, going }) => [name, going])).toEqual([
    ["view", exact(4)],
    ["ping", exact(2)],
  ]);
  // A's events are not of visits: they have no device. The visit that B logged in during has two rows.
  expect(others).toMatchObject({ sessions: exact(3), visitors: exact(1) });
  await applyRetention(pool(), project.id, limits, now);
  expect(await latestRun(pool(), project.id)).toMatchObject({ events: 7, visitors: 1 });
  expect(await previewRetention(scope, limits, now)).toMatchObject({
    events: [],
    sessions: exact(0),
    visitors: exact(0),
  });
});

test("the preview counts the visitors that a limit by name leaves without events", async () => {
  const project = await makeModelProject(pool());
  const now = timeOf("9d");
  const pings = parseScript("pinger@4d").map((op) => ({ ...toOperation(op), kind: "event" as const, name: "ping" }));
  for (const days of [0, 6]) {
    const limits = keep(days, ["ping: 2"]);
    await sendOperations(
      pool(),
      project,
      pings.map((op) => ({ ...op, id: newId() })),
    );
    const { visitors } = await previewRetention(grantScope(project.id, "system:test"), limits, now);
    expect(visitors, `${days} days`).toEqual({ count: 1, isExact: true });
    await applyRetention(pool(), project.id, limits, now);
    expect(await latestRun(pool(), project.id)).toMatchObject({ visitors: 1 });
  }
});
