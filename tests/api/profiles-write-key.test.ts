import { beforeAll, expect, test } from "vitest";
import { identityListSchema } from "@/lib/api/identity-schemas";
import { makeProject, type TestProject } from "../ingest/support";
import { ask } from "./support";
import { type ChangePath, change, remove, track, why } from "./who";

let project: TestProject;
beforeAll(async () => {
  project = await makeProject();
  const traits = { email: "ada@example.com", firstName: "Ada" };
  await track(project, {
    batch: [
      { type: "identify", payload: { profileId: "ada", ...traits }, anonymousId: "phone" },
      { type: "track", payload: { name: "click", profileId: "ada-old" } },
    ],
  });
});

test.each([
  ["alias", { userId: "ada-old" }],
  ["split", { userIds: ["ada-old"] }],
  ["alias", { userId: "ada-old" }],
  ["unalias", { userId: "ada-old" }],
  ["detach", { anonymousId: "phone" }],
  ["attach", { anonymousId: "phone" }],
] as const)("a write key may %s, but learns nothing about anybody", async (path: ChangePath, body) => {
  const answer = await change(path, "u:ada", body, project.write);
  expect(answer).toEqual({ status: 200, body: { data: [] } });
});

test("a write key's corrections are applied", async () => {
  const { links } = identityListSchema.parse((await why("u:ada", project.read)).body);
  expect(links[0]).toMatchObject({ on: false, by: `client:${project.write.clientId}` });
});

test("a write key reads nothing: 403 on every read, including a dry run", async () => {
  for (const path of ["", "/events", "/sessions", "/identities"])
    expect((await ask(`/profiles/u%3Aada${path}`, project.write)).status, path).toBe(403);
  expect((await ask("/profiles", project.write)).status).toBe(403);
  expect(await remove("u:ada", "?dryRun=1", project.write)).toMatchObject({
    status: 403,
    body: { error: { field: "dryRun" } },
  });
});

test("a write key may erase: the receipt proves it, and contains no id", async () => {
  const { status, body } = await remove("u:ada", "", project.write);
  expect(status).toBe(200);
  // A random number in hexadecimal digits may spell a name.
  const { digest, ...rest } = body as Record<string, unknown>;
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(JSON.stringify(rest)).not.toMatch(/ada|phone/i);
});
