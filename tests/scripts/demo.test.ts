import { expect, test } from "vitest";
import { signUp } from "@/lib/auth/members.store";
import { pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { DEMO_ACCOUNT_SEGMENTS, DEMO_FEATURES } from "@/lib/example/accounts";
import { configureDemo } from "@/lib/example/displays";
import { AREAS } from "@/lib/example/features";
import { generateDemo } from "@/lib/example/generate";
import { loadDemo } from "@/lib/example/load";
import { featuresOf } from "@/lib/features/features.queries";
import { clientById } from "@/lib/projects/clients.store";
import { grantScope } from "@/lib/scope";
import { countMembers } from "@/lib/segments/members.queries";
import { listAccountSegments, listSegments } from "@/lib/segments/segments.queries";
import { countOperations } from "../../scripts/demo/demo.queries";

const NOW = Date.UTC(2026, 10, 23, 12, 40);
const demo = generateDemo({ seed: "larder", now: NOW, people: 25, visitors: 60 });

let projects = 0;
async function demoProject() {
  const { write } = await signUp({
    email: `demo${++projects}@example.com`,
    password: "correct horse battery",
    name: "Demo",
    projectName: "Larder",
  });
  const client = await clientById(pool(), write.clientId);
  if (!client) throw new Error("the client was just made");
  return client.settings;
}

const count = async (text: string, projectId: string): Promise<number> =>
  Number((await pool().query(text, [projectId])).rows[0]?.n);

const distinct = (of: (operation: Operation) => unknown, among = demo.operations): number =>
  new Set(among.map(of).filter((value) => value !== null)).size;

test("the stored data matches the generated data: people, devices, visits, events and their times", async () => {
  const project = await demoProject();
  const progress: number[] = [];
  const loaded = await loadDemo(project, demo.operations, (done) => progress.push(done));
  expect(loaded).toEqual({ accepted: demo.operations.length, duplicates: 0 });
  expect(progress.at(-1)).toBe(demo.operations.length);

  const { id } = project;
  expect(await countOperations(pool(), id)).toBe(demo.operations.length);
  expect(await count("SELECT count(*) AS n FROM profiles WHERE project_id = $1 AND name <> ''", id)).toBe(25);
  expect(await count("SELECT count(*) AS n FROM identities WHERE project_id = $1 AND kind = 'a'", id)).toBe(
    distinct(({ anon }) => anon),
  );
  const visits = distinct(({ sessionId }) => sessionId);
  expect(await count("SELECT count(DISTINCT session_id) AS n FROM sessions WHERE project_id = $1", id)).toBe(visits);

  const active = demo.operations.filter((operation) => operation.active);
  const known = "SELECT sum(event_count) AS n FROM profile_stats WHERE project_id = $1";
  const unknown = "SELECT coalesce(sum(event_count), 0) AS n FROM spans WHERE project_id = $1 AND owner_id IS NULL";
  expect((await count(known, id)) + (await count(unknown, id))).toBe(active.length);
  const money = demo.operations.reduce((sum, { revenue }) => sum + (revenue ?? 0), 0);
  expect(money).toBeGreaterThan(0);
  expect(await count("SELECT sum(revenue) AS n FROM events WHERE project_id = $1", id)).toBe(money);
});

test("a person's timeline starts with their first anonymous page view", async () => {
  const project = await demoProject();
  await loadDemo(project, demo.operations, () => {});
  // Someone who used a single device alone, so that the expected timeline can be derived from the operations.
  const person = demo.people.find(({ userId, devices, company, signedUpAt }) => {
    const stream = devices[0]?.anonymousId;
    const before = demo.operations.some(({ anon, ts }) => anon === stream && ts < signedUpAt);
    return (
      before &&
      !company.tablet &&
      new Set(demo.operations.filter((o) => o.user === userId && o.anon).map((o) => o.anon)).size === 1
    );
  });
  if (!person) throw new Error("nobody among 25 people used one device only");
  const theirs = demo.operations.filter(
    ({ user, anon, active }) => active && (user === person.userId || anon === person.devices[0]?.anonymousId),
  );
  const { rows } = await pool().query(
    `SELECT s.first_seen, s.last_seen, s.event_count, p.email FROM profiles p
       JOIN profile_stats s ON s.project_id = p.project_id AND s.profile_id = p.id
      WHERE p.project_id = $1 AND p.display_id = $2`,
    [project.id, person.userId],
  );
  expect(rows).toEqual([
    {
      first_seen: theirs[0]?.ts,
      last_seen: theirs.at(-1)?.ts,
      event_count: theirs.length,
      email: person.email,
    },
  ]);
  expect(theirs[0]?.user).toBeNull();
});

test("loading the demo again changes nothing, so that an interrupted load can be completed", async () => {
  const project = await demoProject();
  const half = demo.operations.slice(0, Math.floor(demo.operations.length / 2));
  await loadDemo(project, half, () => {});
  expect(await loadDemo(project, demo.operations, () => {})).toEqual({
    accepted: demo.operations.length - half.length,
    duplicates: half.length,
  });
  expect(await countOperations(pool(), project.id)).toBe(demo.operations.length);
});

const NAMES = new Set(AREAS.flatMap(({ features }) => features.map(({ name }) => name)));

test("the demo's team has named features and saved segments, once, and each can be counted", async () => {
  const scope = grantScope((await demoProject()).id, "system:demo");
  await configureDemo(scope);
  await configureDemo(scope);
  const segments = await listSegments(scope);
  expect(segments.map(({ name }) => name)).toEqual(["At work on a phone", "Kitchens going quiet", "Stopped exporting"]);
  expect((await listAccountSegments(scope)).map(({ name }) => name)).toEqual(
    DEMO_ACCOUNT_SEGMENTS.map(({ name }) => name),
  );
  const { features, isSuggested } = await featuresOf(scope);
  expect([features.length, isSuggested]).toEqual([DEMO_FEATURES.length, false]);
  for (const { events } of features) for (const event of events) expect(NAMES).toContain(event);
  for (const { id } of segments) expect(await countMembers(scope, id)).toEqual({ count: 0, exact: true });
});
