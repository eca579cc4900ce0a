import { readFileSync } from "node:fs";
import { beforeAll, expect, test, vi } from "vitest";
import { canSort, columnKindOf, PEOPLE_LIST } from "@/components/columns/list-spec";
import { readSort } from "@/components/columns/list-url";
import { builtInFields } from "@/components/filters/fields";
import { toUserRow } from "@/components/users/read-people";
import { profilesQuerySchema } from "@/lib/api/schemas";
import type { Column } from "@/lib/columns/column";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import { pool } from "@/lib/db/pool";
import { exportColumns, exportCsv } from "@/lib/export/people";
import { newId } from "@/lib/ids";
import { maintainColumns } from "@/lib/jobs/columns";
import { readLayout } from "@/lib/preferences/preferences.queries";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import { SORT_COLUMNS } from "@/lib/profiles/types";
import { grantScope } from "@/lib/scope";
import { encodeRule } from "@/lib/segments/encode-rule";
import { listOptions } from "@/lib/segments/list-options";
import { type Rule, ruleSchema } from "@/lib/segments/rule";
import { ruleInWords } from "@/lib/segments/rule-text";
import { suggestFacts } from "@/lib/segments/suggest.queries";
import { parseCsv } from "../support/csv";

/** A column that the product does not have, over a stored fact: the only edit is the entry in the registry. */
vi.mock("@/lib/columns/people", async (original) => {
  const { PEOPLE_COLUMNS: columns } = await original<typeof import("@/lib/columns/people")>();
  const planet: Column = {
    key: "planet",
    label: "Planet",
    word: "home planet",
    kind: "text",
    stored: "handle",
    from: "facts",
    width: 133,
    sort: "sortedCopy",
    filter: true,
  };
  return { PEOPLE_COLUMNS: [...columns, planet] };
});

const PLANETS = ["venus", "mars", "saturn"];
const projectId = newId();
const scope = grantScope(projectId, "system:test");

beforeAll(async () => {
  const values = [projectId, PLANETS];
  await pool().query(
    `WITH p AS (SELECT i, name FROM unnest($2::text[]) WITH ORDINALITY q(name, i)),
     t AS (INSERT INTO profile_stats (project_id, profile_id, event_count) SELECT $1, i, 0 FROM p),
     f AS (INSERT INTO profile_facts (project_id, person, event_count, sessions, active_days, days_7, days_30, days_90,
             events_7, events_30, events_90, handle, computed_on) SELECT $1, i, 0, 0, 0, 0, 0, 0, 0, 0, 0, name, current_date FROM p)
     INSERT INTO profiles (project_id, id, display_id, created_at) SELECT $1, i, 'user-' || i, now() FROM p`,
    values,
  );
});

const list = async (params: { sort?: string; filter?: string }) =>
  (await listProfiles(scope, { ...(await listOptions(scope, params)), limit: 10 })).rows;
const planets = async (params: { sort?: string; filter?: string }) =>
  (await list(params)).map((person) => PLANETS[Number(person.ref.slice("u:user-".length)) - 1]);

test("the list shows it: in the picker, with the registry's header and width, and the value in its cells", async () => {
  expect(readLayout({ columns: ["planet"], pinned: [], widths: {} }, "users")?.columns).toEqual(["planet"]);
  expect(columnKindOf(PEOPLE_LIST, "planet", 30)).toEqual({ label: "Planet", width: 133 });
  const context = { projectId, clock: { now: 0, zone: "UTC" }, columns: ["planet"], days: 30 as const };
  const rows = (await list({ sort: "planet" })).map((person) => toUserRow(person, context));
  expect(rows.map(({ cells }) => cells.planet?.text)).toEqual(["mars", "saturn", "venus"]);
});

test("the list sorts by it, from a URL of the app or the API, before and after sorted copies exist", async () => {
  expect([canSort(PEOPLE_LIST, "planet"), readSort("-planet", SORT_COLUMNS)]).toEqual([
    true,
    { by: "planet", order: "desc" },
  ]);
  expect(await planets({ sort: "-planet" })).toEqual(["venus", "saturn", "mars"]);
  await maintainColumns(pool(), Date.now(), projectId);
  const { rows } = await pool().query("SELECT value #>> '{}' AS value FROM profile_values WHERE project_id = $1", [
    projectId,
  ]);
  expect(rows.map(({ value }) => value).sort()).toEqual(["mars", "saturn", "venus"]);
  expect(await planets({ sort: "planet" })).toEqual(["mars", "saturn", "venus"]);
});

test("filters can use it: a rule over it is valid, has suggested values, reads well and finds people", async () => {
  expect(builtInFields({ of: "people" })).toContainEqual({ label: "Planet", field: { kind: "fact", field: "planet" } });
  const rule = ruleSchema.parse({
    kind: "and",
    of: [{ kind: "fact", field: "planet", is: "oneOf", values: ["mars"] }],
  });
  expect(ruleInWords(rule)).toBe("people who have home planet mars");
  expect(await planets({ filter: encodeRule(rule as Rule) })).toEqual(["mars"]);
  expect((await suggestFacts(scope, "planet" as "city")).map(({ value }) => value)).toEqual([
    "mars",
    "saturn",
    "venus",
  ]);
});

test("a CSV file contains it, and the API's description names it", async () => {
  const options = await listOptions(scope, { sort: "planet" });
  const file = parseCsv(await (await exportCsv(scope, options, exportColumns("ref,planet"))).text());
  expect(file).toEqual([
    ["ref", "planet"],
    ["u:user-2", "mars"],
    ["u:user-3", "saturn"],
    ["u:user-1", "venus"],
  ]);
  expect(profilesQuerySchema.shape.sort.description).toContain("planet");
});

test("every index a column is sorted by is an index of its stored column", () => {
  const schema = readFileSync("prisma/schema.prisma", "utf8");
  const facts = schema.slice(schema.indexOf("model ProfileFacts"));
  const indexed = PEOPLE_COLUMNS.filter((column: Column) => column.sort !== undefined && column.sort !== "sortedCopy");
  expect(indexed.length).toBeGreaterThan(5);
  for (const { key, stored, sort, sortedAs = stored } of indexed as Column[]) {
    const field = sortedAs.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    expect(facts, key).toContain(`@@index([projectId, anonymous, ${field}, person], map: "${sort}")`);
  }
});
