import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { toOperation } from "./generate";
import type { ModelOp } from "./model";
import { makeModelProject, sendOperations } from "./run";
import { parseScript } from "./script";

async function profileWith(traits: { [key: string]: string }) {
  const project = await makeModelProject(pool());
  const [login] = parseScript("A@0");
  const changes = Object.entries(traits).map(([key, value]) => ({ mode: "set" as const, key, value }));
  await sendOperations(pool(), project, [{ ...toOperation(login as ModelOp), changes }]);
  const { rows } = await pool().query(
    "SELECT name, email, avatar, props, search_text FROM profiles WHERE project_id = $1",
    [project.id],
  );
  return rows[0];
}

test("name, e-mail and avatar of a person come from their properties", async () => {
  const profile = await profileWith({
    firstName: "Ada",
    lastName: "Lovelace",
    email: "ada@example.com",
    avatar: "https://cdn.example/a.png",
  });
  expect(profile).toMatchObject({
    name: "Ada Lovelace",
    email: "ada@example.com",
    avatar: "https://cdn.example/a.png",
  });
  expect(profile?.search_text).toContain("ada lovelace");
});

test.each([
  ["email", "not an address"],
  ["avatar", "javascript:alert(1)"],
  ["avatar", "data:text/html,hi"],
])("an invalid %s (%s) stays a plain property", async (key, value) => {
  const profile = await profileWith({ [key]: value });
  expect(profile?.[key]).toBeNull();
  expect(profile?.props).toEqual({ [key]: value });
});
