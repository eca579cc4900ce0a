import { expect, test } from "vitest";
import { z } from "zod";
import { GET as openapi } from "@/app/api/v1/openapi.json/route";

test("the OpenAPI document describes every route, and every reference in it resolves", async () => {
  const response = await openapi(new Request("http://127.0.0.1/api/v1/openapi.json"));
  const document = z
    .object({
      openapi: z.literal("3.1.0"),
      paths: z.record(
        z.string(),
        z.object({ get: z.object({ operationId: z.string(), responses: z.record(z.string(), z.unknown()) }) }),
      ),
      components: z.object({
        schemas: z.record(z.string(), z.object({ type: z.literal("object") })),
        securitySchemes: z.unknown(),
      }),
    })
    .parse(await response.json());
  expect(Object.keys(document.paths)).toEqual([
    "/api/v1/profiles",
    "/api/v1/profiles/{ref}",
    "/api/v1/profiles/{ref}/events",
    "/api/v1/profiles/{ref}/sessions",
  ]);
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] as string);
  expect(references.length).toBeGreaterThan(4);
  for (const reference of references)
    expect(Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`)).toContain(reference);
});
