import { scriptSnippet } from "@/lib/format/snippet";
import { expect, test } from "./fixtures";
import { ANONYMOUS_STEPS, browse, logIn } from "./walk";

test("an anonymous visit and the login after it belong to one person, in order, in one session", async ({
  project,
  site,
  visitor,
}) => {
  site.head = scriptSnippet({ clientId: project.write.clientId, origin: project.origin });
  const { page } = visitor;
  await browse(page, site);
  await expect.poll(async () => (await project.profiles()).map((person) => person.events)).toEqual([5]);
  const [stranger] = await project.profiles();
  expect(stranger?.ref).toMatch(/^a:/);

  await logIn(page);
  await expect
    .poll(async () => (await project.profiles()).map((person) => [person.ref, person.events]))
    .toEqual([["u:user_42", 8]]);
  const events = await project.events("u:user_42");
  expect(events.map(({ name, path }) => [name, path]).slice(0, 5)).toEqual(ANONYMOUS_STEPS);
  expect(events.map(({ name }) => name).slice(5)).toEqual(["identify", "screen_view", "report_created"]);
  expect(events.map(({ attribution }) => attribution)).toEqual([
    ...Array(5).fill("claimed"),
    ...Array(3).fill("explicit"),
  ]);
  expect(new Set(events.map(({ sessionId }) => sessionId)).size).toBe(1);
  const [person] = await project.profiles();
  expect(person).toMatchObject({ sessions: 1, firstSeen: events[0]?.timestamp, lastSeen: events.at(-1)?.timestamp });
});

test("a page that may not store anything still sends, and throws nothing", async ({ project, site, visitor }) => {
  site.head = scriptSnippet({ clientId: project.write.clientId, origin: project.origin });
  // A sandboxed document: reading localStorage throws, as in a browser that blocks it.
  site.headers["content-security-policy"] = "sandbox allow-scripts";
  const { page } = visitor;
  await page.goto(site.origin);
  await expect(page.evaluate(() => localStorage.length)).rejects.toThrow(/SecurityError|denied/);
  await page.getByRole("button", { name: "Look around" }).click();
  await expect.poll(async () => (await project.profiles()).map((person) => person.events)).toEqual([2]);
});
