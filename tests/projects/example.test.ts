import { expect, test } from "vitest";
import { signUp } from "@/lib/auth/members.store";
import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { openExample } from "@/lib/example/example";
import { deleteProject } from "@/lib/projects/deletion.store";
import { projectsOf } from "@/lib/projects/projects.queries";
import { grantScope, grantTeam } from "@/lib/scope";

let made = 0;
async function newTeam() {
  const email = `example${++made}@example.com`;
  const { memberId, projectId } = await signUp({
    email,
    password: "correct horse battery",
    name: "E",
    projectName: "Z",
  });
  const { organizationId } = await prisma().project.findUniqueOrThrow({ where: { id: projectId } });
  return { memberId, projectId, team: grantTeam(organizationId, memberId, "owner") };
}
const scopeIn = async (_: unknown, projectId: string) => grantScope(projectId, "system:test");
const eventsOf = async (projectId: string): Promise<number> =>
  Number((await pool().query("SELECT count(*) AS n FROM events WHERE project_id = $1", [projectId])).rows[0]?.n);

test("an organization gets one example project of its own, complete, however often and wherever somebody asks", async () => {
  const { memberId, projectId, team } = await newTeam();
  const opened = await Promise.allSettled([
    openExample(team, scopeIn, new Date()),
    openExample(team, scopeIn, new Date()),
  ]);
  expect(opened.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const id = await openExample(team, scopeIn, new Date());
  const events = await eventsOf(id);
  expect(events).toBeGreaterThan(10_000);
  expect(events).toBeLessThan(30_000);
  expect(await openExample(team, scopeIn, new Date())).toBe(id);
  expect(await eventsOf(id)).toBe(events);
  // Last, so that log-in leads to the member's own project, whatever its name.
  expect((await projectsOf(memberId)).map((each) => [each.id, each.isExample])).toEqual([
    [projectId, false],
    [id, true],
  ]);

  await prisma().project.update({ where: { id }, data: { example: "loading" } });
  await pool().query("DELETE FROM events WHERE project_id = $1 AND ts > now() - interval '60 days'", [id]);
  expect(await openExample(team, scopeIn, new Date()), "one that was interrupted resumes").toBe(id);
  expect(await eventsOf(id)).toBe(events);

  await deleteProject(team, id, "Example: Larder", new Date());
  expect(await projectsOf(memberId)).toHaveLength(1);
  const other = await newTeam();
  const [again, theirs] = await Promise.all([team, other.team].map((one) => openExample(one, scopeIn, new Date())));
  expect(again, "a deleted one comes back").toBe(id);
  expect(theirs).not.toBe(id);
  expect((await projectsOf(memberId)).map((each) => each.id)).toEqual([projectId, id]);
  expect((await projectsOf(other.memberId)).map((each) => each.id)).toEqual([other.projectId, theirs]);
  expect(await eventsOf(id)).toBe(events);
  await prisma().project.update({ where: { id }, data: { eraseAt: new Date(Date.now() - 1) } });
  await expect(openExample(team, scopeIn, new Date())).rejects.toMatchObject({ code: "conflict" });
});
