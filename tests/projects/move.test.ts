import { beforeEach, expect, test } from "vitest";
import { moveProjectAction } from "@/app/(app)/[project]/settings/delete/move-actions";
import { flushAccessLog } from "@/lib/access-log/access-log.store";
import { invite, joinByInvitation } from "@/lib/auth/invitations.store";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { tokenOf } from "@/lib/auth/one-time-links";
import { startSession } from "@/lib/auth/session";
import { prisma } from "@/lib/db/prisma";
import { IDLE } from "@/lib/http/form";
import { newId } from "@/lib/ids";
import { teamOf } from "@/lib/organizations/team.queries";
import { setProjectRole, setRole } from "@/lib/organizations/team.store";
import type { ProjectRole, Role } from "@/lib/permissions";
import { deleteProject } from "@/lib/projects/deletion.store";
import { moveTargets } from "@/lib/projects/move.queries";
import { moveProject } from "@/lib/projects/move.store";
import { projectsOf } from "@/lib/projects/projects.queries";
import { grantTeam } from "@/lib/scope";
import { asServer, eventsOf, send, serveIngest } from "../ingest/support";
import { browser } from "../support/browser";

const ingest = serveIngest();
const PASSWORD = "correct horse battery";
const NOW = new Date();

let number = 0;
async function newOwner() {
  const email = `move${++number}@example.com`;
  const made = await signUp({ email, password: PASSWORD, name: `Owner ${number}`, projectName: "Shop" });
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId: made.memberId } });
  return { ...made, id: made.memberId, email, organizationId, team: grantTeam(organizationId, made.memberId, "owner") };
}
type Owner = Awaited<ReturnType<typeof newOwner>>;

async function bring(into: Owner, role: Role, memberId?: string) {
  if (memberId) {
    const { organizationId } = into;
    await prisma().membership.create({ data: { organizationId, memberId, role } });
    return memberId;
  }
  const id = await invite(into.team, "Olga", { email: "", role }, false, NOW);
  const input = { email: `move${++number}@example.com`, name: `Member ${number}`, password: PASSWORD };
  return (await joinByInvitation(tokenOf("invitation", id), input, false, NOW)).id;
}

/** Two organizations whose first owner owns both. */
async function two() {
  const [from, to] = [await newOwner(), await newOwner()];
  await bring(to, "owner", from.id);
  const target = grantTeam(to.organizationId, from.id, "owner");
  const move = (typed = "Shop") => moveProject(from.team, target, { projectId: from.projectId, typed }, NOW);
  return { from, to, target, move };
}

async function logInAs(email: string) {
  browser.cookies.clear();
  const member = await verifyCredentials(email, PASSWORD);
  if (member) await startSession(member, "Chrome");
}

/** "404" of Next, where it redirects, or the state of the form. */
async function ask(fields: Record<string, string>): Promise<unknown> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return moveProjectAction(IDLE, form).catch(({ digest = "" }: { digest?: string }) =>
    digest.startsWith("NEXT_HTTP_ERROR_FALLBACK;404") ? 404 : digest.split(";")[2],
  );
}

const roleOf = async (memberId: string, projectId: string) =>
  (await projectsOf(memberId)).find(({ id }) => id === projectId)?.role ?? null;

beforeEach(() => browser.cookies.clear());

test("an owner of both moves a project: its key keeps working, its data stays, and its access log records the move", async () => {
  const { from, to } = await two();
  const track = () =>
    send(
      `${ingest.url()}/api/track`,
      { type: "track", payload: { name: "view", profileId: "ada" } },
      asServer(from.write),
    );
  expect((await track()).status).toBe(200);
  await logInAs(from.email);
  const answer = await ask({ projectId: from.projectId, to: to.organizationId, name: " Shop " });
  expect(answer).toBe(`/${from.projectId}/settings/team`);
  expect((await track()).status).toBe(200);
  expect(await eventsOf({ id: from.projectId } as never)).toHaveLength(2);
  expect(await roleOf(to.id, from.projectId)).toBe("owner");
  await flushAccessLog();
  const logged = await prisma().$queryRaw<{ what: string; project_id: string }[]>`
    SELECT what, project_id::text FROM access_log`;
  expect(logged).toContainEqual({ what: "move_project", project_id: from.projectId });
});

test("access afterwards is what the preview announced; roles in the project stay where they count", async () => {
  const { from, to, move } = await two();
  /** Roles before (old organization, project, new one) and after. */
  const cases: [Role | null, ProjectRole | null, Role | null, Role | null][] = [
    ["editor", null, null, null],
    ["viewer", "editor", null, null],
    [null, null, "viewer", "viewer"],
    [null, null, "admin", "admin"],
    ["editor", null, "viewer", "viewer"],
    ["viewer", "editor", "viewer", "editor"],
    ["editor", "none", "editor", null],
    ["editor", "none", "admin", "admin"],
    ["admin", null, "viewer", "viewer"],
  ];
  const members: { id: string; was: Role | null; expected: Role | null; label: string }[] = [];
  for (const [before, own, after, expected] of cases) {
    const id = await (before ? bring(from, before) : bring(to, after as Role));
    if (before && after) await bring(to, after, id);
    if (own) await setProjectRole(from.team, from.projectId, id, own);
    const was = await roleOf(id, from.projectId);
    members.push({ id, was, expected, label: `${before}, ${own} in the project, ${after}` });
  }
  const [target] = await moveTargets(from.team, from.projectId);
  await move();
  const names = new Map((await prisma().member.findMany()).map(({ id, name }) => [id, name]));
  for (const { id, was: before, expected, label } of members) {
    const after = await roleOf(id, from.projectId);
    expect(after, label).toBe(expected);
    const name = names.get(id) ?? "";
    expect(target?.lose.includes(name), label).toBe(before !== null && after === null);
    expect(target?.gain.find((one) => one.name === name)?.role ?? null, label).toBe(before === null ? after : null);
    const changed = before !== null && after !== null && before !== after ? { name, before, after } : undefined;
    expect(
      target?.change.find((one) => one.name === name),
      label,
    ).toEqual(changed);
  }
  // Whoever leaves and comes back gets no role from before.
  const left = await prisma().projectRole.findMany({ where: { projectId: from.projectId } });
  expect(left.every(({ organizationId }) => organizationId === to.organizationId)).toBe(true);
  expect((await teamOf(to.organizationId)).filter(({ projectRoles }) => from.projectId in projectRoles)).toHaveLength(
    2,
  );
});

test("a stranger gets 404, also for an organization they are not in; roles below owner are refused", async () => {
  const { from, to } = await two();
  const stranger = await newOwner();
  const fields = { projectId: from.projectId, to: to.organizationId, name: "Shop" };
  expect(await ask(fields)).toMatch(/^\/login/);
  await logInAs(stranger.email);
  expect(await ask({ ...fields, to: stranger.organizationId })).toBe(404);
  await logInAs(from.email);
  for (const wrong of [stranger.organizationId, newId(), "no uuid", ""])
    expect(await ask({ ...fields, to: wrong }), wrong).toMatchObject({ status: "failed", code: "not_found" });
  expect(await ask({ ...fields, name: "Other" })).toMatchObject({ status: "failed", field: "name" });
  await setRole(to.team, from.id, "admin");
  expect(await ask(fields)).toMatchObject({ status: "failed", code: "forbidden" });
  await setRole(to.team, from.id, "owner");
  await bring(from, "admin", to.id);
  await logInAs(to.email);
  expect(await ask(fields)).toMatchObject({ status: "failed", code: "forbidden" });
  expect(await roleOf(from.id, from.projectId)).toBe("owner");
});

test("refused: a deleted project, an example, a move to its own organization, and somebody who lost ownership meanwhile", async () => {
  const { from, to, target, move } = await two();
  const given = { projectId: from.projectId, typed: "Shop" };
  await expect(moveProject(from.team, from.team, given, NOW)).rejects.toMatchObject({ code: "conflict" });
  await expect(moveProject(target, from.team, given, NOW)).rejects.toMatchObject({ code: "not_found" });
  await prisma().project.update({ where: { id: from.projectId }, data: { example: "ready" } });
  await expect(move()).rejects.toMatchObject({ code: "conflict" });
  expect(await moveTargets(from.team, from.projectId)).toEqual([]);
  await prisma().project.update({ where: { id: from.projectId }, data: { example: null } });
  await setRole(to.team, from.id, "admin");
  await expect(move()).rejects.toMatchObject({ code: "forbidden" });
  expect(await moveTargets(from.team, from.projectId)).toEqual([]);
  await setRole(to.team, from.id, "owner");
  await deleteProject(from.team, from.projectId, "Shop", NOW);
  await expect(move()).rejects.toMatchObject({ code: "not_found" });
});

test("of two concurrent moves one succeeds, and the other finds the project moved", async () => {
  const { from, move } = await two();
  const outcomes = await Promise.allSettled([move(), move(), move()]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const outcome of outcomes)
    if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "not_found" });
  expect(await roleOf(from.id, from.projectId)).toBe("owner");
});
