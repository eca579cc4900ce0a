import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { GET as openapi } from "@/app/api/v1/openapi.json/route";

const root = join(import.meta.dirname, "../..");
const METHODS = ["get", "post", "put", "patch", "delete"];

/**
 * "/api/v1/profiles/{ref}" → its methods, from the route files themselves; the document's own and the catch-all aside.
 */
function routes(): Record<string, string[]> {
  const files = [
    "app/api/v1/accounts",
    "app/api/v1/erasures",
    "app/api/v1/profiles",
    "app/api/v1/insights",
    "app/api/v1/project",
    "app/api/v1/segments",
  ].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /(^|\/)route\.ts$/.test(file))
      .map((file) => `${folder}/${file}`),
  );
  return Object.fromEntries(
    files.map((file) => {
      const path = `/${file.replace(/^app\//, "").replace(/\/route\.ts$/, "")}`.replace(/\[(\w+)\]/g, "{$1}");
      const exported = [...readFileSync(join(root, file), "utf8").matchAll(/^export const ([A-Z]+) =/gm)];
      return [path, exported.map((match) => (match[1] as string).toLowerCase()).sort()];
    }),
  );
}

const operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  responses: z.record(z.string(), z.unknown()),
});
const documentSchema = z.object({
  openapi: z.literal("3.1.0"),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({
    schemas: z.record(z.string(), z.object({ type: z.literal("object") })),
    securitySchemes: z.unknown(),
  }),
});

test("the OpenAPI document describes every route, and every reference in it resolves", async () => {
  const response = await openapi(new Request("http://127.0.0.1/api/v1/openapi.json"));
  const document = documentSchema.parse(await response.json());
  const described = Object.entries(document.paths).map(([path, item]) => [
    path,
    Object.keys(item)
      .filter((key) => METHODS.includes(key))
      .sort(),
  ]);
  expect(Object.fromEntries(described)).toEqual(routes());
  const operations = Object.values(document.paths).flatMap((item) =>
    METHODS.flatMap((method) => (item[method] === undefined ? [] : [operation.parse(item[method])])),
  );
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const { responses, operationId } of operations)
    expect(Object.keys(responses), operationId).toEqual(expect.arrayContaining(["200", "401", "403"]));
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] as string);
  expect(references.length).toBeGreaterThan(20);
  for (const reference of references)
    expect(Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`)).toContain(reference);
});
