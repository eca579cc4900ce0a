import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DATA_MAP } from "@/lib/privacy/data-map";

const schema = readFileSync("prisma/schema.prisma", "utf8");
const models = [...schema.matchAll(/^model \w+ \{([\s\S]*?)^\}/gm)].map(([, body = ""]) => ({
  table: /@@map\("(\w+)"/.exec(body)?.[1] ?? "",
  isPerProject: /\bprojectId\b.*@map\("project_id"\)/.test(body),
}));
const mapped = DATA_MAP.flatMap(({ tables }) => tables);

test("every table of the schema is in the map, once: a new one says there what it holds", () => {
  expect(models.length).toBeGreaterThan(80);
  expect([...mapped].sort()).toEqual(models.map(({ table }) => table).sort());
});

test("a kind that is counted has only tables of a project", () => {
  const counted = DATA_MAP.filter(({ perProject }) => perProject).flatMap(({ tables }) => tables);
  const counts = (table: string) => models.find((model) => model.table === table)?.isPerProject;
  expect(counted.filter((table) => !counts(table))).toEqual([]);
});

test("a period is read by an index that begins with the project and its time", () => {
  for (const { period } of DATA_MAP) {
    if (!period) continue;
    const [table, column] = period;
    const body = schema.split(/^model /m).find((model) => model.includes(`@@map("${table}")`)) ?? "";
    const field = column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    expect(body, table).toMatch(new RegExp(`@@(index|id)\\(\\[projectId, ${field}\\b`));
  }
});
