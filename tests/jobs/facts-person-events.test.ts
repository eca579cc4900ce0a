import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { detachDevice } from "@/lib/ingest/corrections/detach";
import { Batcher } from "@/lib/ingest/store/batcher";
import { refreshAllFacts, refreshFacts } from "@/lib/jobs/facts";
import { erasePerson } from "@/lib/privacy/erase";
import { finishErasures } from "@/lib/privacy/erase-jobs.store";
import { takeStale } from "@/lib/profiles/facts/stale-people";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import type { ProjectSettings } from "@/lib/projects/settings";
import { grantScope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import type { Condition } from "@/lib/segments/rule";
import { batches, random, sequence, T0, toOperation } from "../identity/generate";
import { makeModelProject } from "../identity/run";

const DAY_MS = 86_400_000;
const NAMES = ["export", "screen_view", "search"];

type Kind = "events" | "activity";

/**
 * Counted by hand: every event (or everything active) that is stored, for its current owner. "person name" → its times.
 */
async function timesByHand(projectId: string, kind: Kind): Promise<Record<string, number[]>> {
  const all = async <Row extends object>(text: string) => (await pool().query<Row>(text, [projectId])).rows;
  const identities = await all<{ id: number; profile_id: number }>(
    "SELECT id, profile_id FROM identities WHERE project_id = $1 AND kind = 'u'",
  );
  const profileOf = new Map<number, number>(identities.map((row) => [row.id, row.profile_id]));
  const spans = await all<{ stream_id: number; from_ts: number; to_ts: number; owner_id: number | null }>(
    "SELECT stream_id, from_ts, to_ts, owner_id FROM spans WHERE project_id = $1",
  );
  const listed = new Set(
    (await all<{ person: number }>("SELECT person FROM profile_facts WHERE project_id = $1")).map((row) => row.person),
  );
  const counts: Record<string, number[]> = {};
  for (const { actor_id, ts, name, ...row } of await all<{
    actor_id: number;
    ts: number;
    name: string;
    kind: string;
    active: boolean;
  }>("SELECT actor_id, ts, name, kind, active FROM events WHERE project_id = $1 AND actor_id IS NOT NULL")) {
    if (kind === "events" ? row.kind !== "event" : !row.active) continue;
    const span = spans.find((one) => one.stream_id === actor_id && one.from_ts <= ts && ts < one.to_ts);
    const owner = span?.owner_id === null ? -actor_id : profileOf.get(span?.owner_id ?? 0);
    const person = profileOf.get(actor_id) ?? owner;
    if (person === undefined || !listed.has(person)) continue;
    counts[`${person} ${name}`] ??= [];
    counts[`${person} ${name}`]?.push(ts);
  }
  return counts;
}

const oneByOne = (times: Record<string, number[]>, valuesOf: (newestFirst: number[]) => number[]) =>
  Object.fromEntries(Object.entries(times).map(([key, all]) => [key, valuesOf([...all].sort((a, b) => b - a))]));

/** "person name" → how often, first, last, and the newest ten. */
const countedByHand = (times: Record<string, number[]>): Record<string, number[]> =>
  oneByOne(times, (all) => [all.length, all.at(-1) as number, all[0] as number, ...all.slice(0, 10)]);

/** "person day" → how often, first and last in it. */
function daysByHand(times: Record<string, number[]>): Record<string, number[]> {
  const days: Record<string, number[]> = {};
  for (const [key, all] of Object.entries(times)) {
    for (const ts of all) {
      const day = `${key.split(" ")[0]} ${new Date(ts).toISOString().slice(0, 10)}`;
      days[day] = [...(days[day] ?? []), ts];
    }
  }
  return oneByOne(days, (all) => [all.length, all.at(-1) as number, all[0] as number]);
}

async function daysByTheJob(projectId: string): Promise<Record<string, number[]>> {
  const { rows } = await pool().query<{
    person: number;
    day: string;
    events: number;
    first_at: number;
    last_at: number;
  }>("SELECT person, day::text, events, first_at, last_at FROM person_days WHERE project_id = $1", [projectId]);
  return Object.fromEntries(rows.map((row) => [`${row.person} ${row.day}`, [row.events, row.first_at, row.last_at]]));
}

async function countedByTheJob(projectId: string): Promise<Record<string, number[]>> {
  const { rows } = await pool().query<{
    person: number;
    name: string;
    events: number;
    first_at: number;
    last_at: number;
    newest: number[];
  }>(
    "SELECT *, ARRAY(SELECT extract(epoch FROM t) * 1000 FROM unnest(newest) t)::float8[] AS newest FROM person_events WHERE project_id = $1",
    [projectId],
  );
  return Object.fromEntries(
    rows.map((row) => [`${row.person} ${row.name}`, [row.events, row.first_at, row.last_at, ...row.newest]]),
  );
}

/** What the job does for those the engine named; a first call hands over what the one before it collected. */
async function followTheEngine(project: ProjectSettings): Promise<void> {
  for (let call = 0; call < 2; call++) {
    const people = takeStale().get(project.id);
    if (people) await refreshFacts(pool(), project.id, people);
  }
}

test("after any claims, merges, detachments and erasures the lifetime counts and days match a count by hand", async () => {
  let moved = 0;
  for (let seed = 0; seed < 25; seed++) {
    const project = await makeModelProject(pool());
    const r = random(seed);
    const ops = sequence(seed, 30).map((op) => {
      const operation = toOperation(op, T0 + DAY_MS);
      return operation.kind === "event" ? { ...operation, name: r.pick(NAMES), active: r.chance(0.8) } : operation;
    });
    const batcher = new Batcher(() => pool());
    for (const [i, batch] of batches(r, ops).entries()) {
      await batcher.submit(project, batch);
      if (i % 4 === 3 && r.chance(0.5)) {
        const { user, anon } = r.pick(batch);
        const at = T0 + r.int(20) * 300_000;
        if (user && anon && r.chance(0.5))
          await detachDevice(pool(), project, { anonymousId: anon, userId: user, madeBy: "member:test" }, at).catch(
            () => {},
          );
        else if (user ?? anon) {
          const target = user ? { kind: "u" as const, extId: user } : { kind: "a" as const, extId: anon as string };
          const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: at };
          await erasePerson(pool(), project, target, options).catch(() => {});
          if (r.chance(0.5)) await finishErasures(pool());
        }
      }
      if (r.chance(0.7)) await followTheEngine(project);
    }
    await followTheEngine(project);
    const wanted = countedByHand(await timesByHand(project.id, "events"));
    expect(await countedByTheJob(project.id), `seed ${seed}`).toEqual(wanted);
    expect(await daysByTheJob(project.id), `seed ${seed}`).toEqual(
      daysByHand(await timesByHand(project.id, "activity")),
    );
    moved += Object.values(wanted).reduce((sum, [events = 0]) => sum + events, 0);
  }
  expect(moved).toBeGreaterThan(100);
});

test("erasing somebody deletes their counts at once, before any row is deleted and without the job", async () => {
  const project = await makeModelProject(pool());
  const [first, ...rest] = sequence(3, 1).map((op) => ({
    ...toOperation(op),
    kind: "event" as const,
    name: "export",
    active: true,
  }));
  expect(rest).toEqual([]);
  await new Batcher(() => pool()).submit(project, [
    { ...(first as NonNullable<typeof first>), user: "ada", anon: "dev" },
  ]);
  await refreshAllFacts(pool(), project.id);
  expect(Object.values(await countedByTheJob(project.id))).toHaveLength(1);
  expect(Object.values(await daysByTheJob(project.id))).toHaveLength(1);
  const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: Date.now() };
  await erasePerson(pool(), project, { kind: "u", extId: "ada" }, options);
  expect(await countedByTheJob(project.id)).toEqual({});
  expect(await daysByTheJob(project.id)).toEqual({});
});

test("after an update filters stay exact while the job builds the counts, and the job builds them all", async () => {
  const project = await makeModelProject(pool());
  const ops = sequence(5, 40).map((op) => toOperation(op, T0 + DAY_MS));
  await new Batcher(() => pool()).submit(project, ops);
  await refreshAllFacts(pool(), project.id);
  const scope = grantScope(project.id, "system:test");
  const did: Condition = { kind: "did", event: "screen_view", where: [], is: "atLeast", n: 1, window: { ever: true } };
  const doers = async () => {
    const filter = await compileRule(scope, { kind: "and", of: [did] });
    const { rows } = await listProfiles(scope, { filter, limit: 100 });
    return { people: rows.map((row) => row.ref), statement: filter.ctes.map((cte) => cte.text).join() };
  };
  const before = await doers();
  expect(before.people.length).toBeGreaterThan(0);
  expect(before.statement).toContain("person_events");

  // As the migration leaves a database that was there before it.
  await pool().query("UPDATE profile_facts SET version = 0 WHERE project_id = $1", [project.id]);
  await pool().query("DELETE FROM person_events WHERE project_id = $1", [project.id]);
  const meanwhile = await doers();
  expect(meanwhile.people).toEqual(before.people);
  expect(meanwhile.statement).not.toContain("person_events");
  await refreshAllFacts(pool(), project.id);
  expect(await doers()).toEqual(before);
});
