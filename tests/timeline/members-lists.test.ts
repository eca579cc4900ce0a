import sql from "sql-template-tag";
import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import type { PeopleSet } from "@/lib/identity/people-set.queries";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import { grantScope, type Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import { peopleSetOfFilter } from "@/lib/segments/members.queries";
import type { Rule } from "@/lib/segments/rule";
import { listVisits } from "@/lib/sessions/project-visits.queries";
import { pickNames, streamEvents } from "@/lib/timeline/project-events.queries";
import { someCases } from "@/tests/support/cases";
import { insertWorld, randomWorld, T0 } from "./reads-world";

const WINDOW = { after: T0 - 86_400_000_000, before: T0 + 86_400_000_000 };
const RULES: Rule[] = [
  { kind: "and", of: [{ kind: "count", field: "events", is: "atLeast", n: 3 }] },
  { kind: "and", of: [{ kind: "identified", is: false }] },
  { kind: "and", of: [{ kind: "search", text: "u" }] },
  { kind: "and", of: [{ kind: "did", event: "screen_view", where: [], is: "atLeast", n: 2, window: { ever: true } }] },
  { kind: "and", of: [{ kind: "did", event: "screen_view", where: [], is: "exactly", n: 0, window: { ever: true } }] },
  {
    kind: "or",
    of: [
      { kind: "did", event: "screen_view", where: [], is: "atLeast", n: 3, window: { ever: true } },
      { kind: "identified", is: true },
    ],
  },
];
type Listed = { rows: { id: string; person: { ref: string } }[]; next: string | null };

/** All pages of a list, seven rows each. */
async function allOf(page: (cursor: string | undefined) => Promise<Listed>): Promise<{ id: string; ref: string }[]> {
  const all: { id: string; ref: string }[] = [];
  for (let cursor: string | undefined; ; ) {
    const { rows, next } = await page(cursor);
    all.push(...rows.map(({ id, person }) => ({ id, ref: person.ref })));
    if (next === null) return all;
    cursor = next;
  }
}

const LISTS: [what: string, list: (scope: Scope, people?: PeopleSet) => Promise<{ id: string; ref: string }[]>][] = [
  [
    "visits",
    (scope, people) =>
      allOf((cursor) => listVisits(scope, { filter: { ...WINDOW, people }, limit: 7, ...(cursor && { cursor }) })),
  ],
  [
    "events",
    (scope, people) =>
      allOf((cursor) => streamEvents(scope, { filter: { ...WINDOW, people }, limit: 7, ...(cursor && { cursor }) })),
  ],
];

test.each(LISTS)(
  "%s of a rule's people are everybody's filtered to theirs, however they are read",
  async (_what, list) => {
    let found = 0;
    for (let seed = 0; seed < someCases(4, 12); seed++) {
      const world = randomWorld(seed);
      await insertWorld(pool(), world);
      await refreshAllFacts(pool(), world.projectId);
      const scope = grantScope(world.projectId, "system:test");
      const everybodys = await list(scope);
      for (const rule of RULES) {
        const filter = await compileRule(scope, rule);
        const refs = new Set((await listProfiles(scope, { filter, limit: 1_000 })).rows.map(({ ref }): string => ref));
        const wanted = everybodys.filter(({ ref }) => refs.has(ref));
        const people = peopleSetOfFilter(scope, filter, Date.now());
        const at = `seed ${seed}, ${JSON.stringify(rule)}`;
        expect(await list(scope, people), `${at}, person by person`).toEqual(wanted);
        expect(await list(scope, { ...people, isFew: sql`false` }), `${at}, by walking`).toEqual(wanted);
        found += wanted.length;
      }
      const other = grantScope(randomWorld(999).projectId, "system:test");
      expect(await list(other, peopleSetOfFilter(other, await compileRule(other, RULES[0] as Rule), 0))).toEqual([]);
    }
    expect(found).toBeGreaterThan(100);
  },
  60_000,
);

test("with very many names a page has the newest of all", async () => {
  const world = randomWorld(3);
  await insertWorld(pool(), world);
  await refreshAllFacts(pool(), world.projectId);
  const scope = grantScope(world.projectId, "system:test");
  await pool().query(
    "UPDATE events SET name = 'name ' || left(md5(id::text), 8) WHERE project_id = $1 AND kind = 'event'",
    [world.projectId],
  );
  const [shown] = (await LISTS[1]?.[1](scope)) ?? [];
  await pool().query(
    `INSERT INTO events (project_id, id, actor_id, ts, received_at, kind, name, active, claim)
     SELECT project_id, gen_random_uuid(), actor_id, ts + i * interval '1 ms', received_at, kind, 'more ' || i, active, claim
       FROM (SELECT * FROM events WHERE project_id = $1 AND id = $2) e, generate_series(1, 120) i`,
    [world.projectId, shown?.id],
  );
  const all = await allOf((cursor) => streamEvents(scope, { filter: WINDOW, limit: 50, ...(cursor && { cursor }) }));
  const people: PeopleSet = {
    ctes: [sql`selected_people AS (SELECT 0::bigint AS person)`],
    isFew: sql`false`,
    has: () => sql`true`,
  };
  expect((await pickNames(scope, { filter: { ...WINDOW, people }, limit: 3, from: undefined })).length).toBeGreaterThan(
    120,
  );
  expect(all.length).toBeGreaterThan(120);
  expect(await LISTS[1]?.[1](scope, people)).toEqual(all);
});
