import { expect, test } from "vitest";
import { beginLogIn } from "@/lib/auth/log-ins.store";
import { memberIn } from "@/lib/auth/members.queries";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { setEventDisplay } from "@/lib/events/event-display.store";
import { saveFeatures } from "@/lib/features/features.store";
import { countRefusal, flushRefusals } from "@/lib/ingest/privacy/refusal-counts.store";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { addNote } from "@/lib/notes/notes.store";
import { setPin } from "@/lib/pins/pins.store";
import { eraseDeleted } from "@/lib/privacy/erase-project.store";
import { requireClient } from "@/lib/projects/clients";
import { deletionPreview, organizationSize, pendingDeletionsOf } from "@/lib/projects/deletion.queries";
import { deleteOrganization, deleteProject, restoreOrganization, restoreProject } from "@/lib/projects/deletion.store";
import { projectsOf } from "@/lib/projects/projects.queries";
import { createClient, createProject } from "@/lib/projects/projects.store";
import { countReceived, flushReceived } from "@/lib/projects/received.store";
import { RESTORE_DAYS } from "@/lib/projects/schemas";
import { grantScope, grantTeam } from "@/lib/scope";
import { createSegment } from "@/lib/segments/segments.store";
import { asServer, send, serveIngest } from "../ingest/support";
import { wordsInStatistics } from "../support/statistics";
import { tracesOf } from "../support/traces";

const ingest = serveIngest();
const PASSWORD = "correct horse battery";
const NOW = new Date();
const afterDays = (days: number) => NOW.getTime() + days * 86_400_000;

let number = 0;
/** A project with a row of every kind, each text containing `mark`. */
async function filledProject() {
  const mark = `mark${++number}x`;
  const email = `${mark}@example.com`;
  const made = await signUp({ email, password: PASSWORD, name: `Olga ${mark}`, projectName: `Shop ${mark}` });
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId: made.memberId } });
  const scope = grantScope(made.projectId, "system:test");
  const read = await createClient(scope, { name: "read", mode: "read" });
  const track = (body: object) => send(`${ingest.url()}/api/track`, body, asServer(made.write));
  for (const who of ["ada", "bob", "cleo"]) {
    const profileId = `${who}-${mark}`;
    await track({
      type: "identify",
      payload: { profileId, email: `${who}@${mark}.example`, properties: { plan: mark } },
    });
    await track({ type: "track", payload: { name: `saw_${mark}`, profileId, properties: { page: mark } } });
    await group(track, { id: `acme-${mark}`, profileId, type: "company", name: mark, properties: { plan: mark } });
  }
  const written = { authorId: made.memberId, body: `Note ${mark}`, members: [], now: NOW.getTime() };
  await addNote(scope, `u:ada-${mark}`, written);
  await createSegment(scope, { name: `List ${mark}`, rule: null });
  await saveFeatures(scope, [{ id: "", name: `Feature ${mark}`, events: [`saw_${mark}`] }]);
  await setPin(scope, `plan_${mark}`, true);
  await setEventDisplay(scope, `saw_${mark}`, { icon: "star", color: null, conversion: true });
  await refreshAllFacts(pool(), made.projectId);
  const member = await verifyCredentials(email, PASSWORD);
  if (!member) throw new Error("they have just signed up");
  const logIn = await beginLogIn(member, "Chrome", NOW);
  return {
    ...made,
    mark,
    organizationId,
    scope,
    read,
    track,
    logInId: logIn.id,
    team: grantTeam(organizationId, made.memberId, "owner"),
  };
}
/** If refused, it would leave the project without an account, and nothing below would notice. */
async function group(track: (body: object) => Promise<{ status: number }>, payload: object): Promise<void> {
  expect(await track({ type: "group", payload })).toMatchObject({ status: 200 });
}

type Filled = Awaited<ReturnType<typeof filledProject>>;

const opens = async ({ logInId, projectId }: Filled) => (await memberIn(logInId, projectId))?.within !== null;
const authenticateWith = (keys: Filled["read"]) => requireClient(new Request("http://x", { headers: asServer(keys) }));
const visit = ({ track, mark }: Filled) =>
  track({ type: "track", payload: { name: "late", profileId: `ada-${mark}` } });

test("the preview counts what a project holds, and nothing of others; that of an organization names its projects", async () => {
  const [shop] = [await filledProject(), await filledProject()];
  await shop.track({ type: "track", payload: { name: "opened", profileId: `ada-${shop.mark}` } });
  await createProject(shop.memberId, { name: "Second shop" });
  expect(await deletionPreview(shop.scope)).toEqual([
    { what: "identified user", count: 3 },
    { what: "device", count: 0 },
    { what: "account", count: 1 },
    { what: "event name", count: 2 },
    { what: "segment", count: 1 },
    { what: "note", count: 1 },
    { what: "key", count: 2 },
  ]);
  await deleteProject(shop.team, shop.projectId, `Shop ${shop.mark}`, NOW);
  expect(await organizationSize(shop.organizationId)).toMatchObject({ projects: ["Second shop"], members: 1 });
});

test("a deleted project is closed at once, and can be restored completely within the grace period, but not after", async () => {
  const shop = await filledProject();
  await expect(deleteProject(shop.team, shop.projectId, "Shop", NOW)).rejects.toMatchObject({
    code: "unprocessable",
    field: "name",
  });
  expect(await opens(shop)).toBe(true);
  await deleteProject(shop.team, shop.projectId, ` Shop ${shop.mark} `, NOW);
  expect(await opens(shop)).toBe(false);
  expect(await projectsOf(shop.memberId)).toEqual([]);
  await expect(authenticateWith(shop.read)).rejects.toMatchObject({
    code: "forbidden",
    message: expect.stringContaining("deleted"),
  });
  expect(await visit(shop)).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
  expect(await pendingDeletionsOf(shop.memberId)).toMatchObject([{ kind: "project", id: shop.projectId }]);
  expect(await eraseDeleted(pool(), afterDays(RESTORE_DAYS) - 1)).toBe(0);
  await restoreProject(shop.team, shop.projectId, new Date(afterDays(RESTORE_DAYS) - 1));
  expect(await opens(shop)).toBe(true);
  expect((await visit(shop)).status).toBe(200);
  await authenticateWith(shop.read);
  await deleteProject(shop.team, shop.projectId, `Shop ${shop.mark}`, NOW);
  await expect(restoreProject(shop.team, shop.projectId, new Date(afterDays(RESTORE_DAYS)))).rejects.toMatchObject({
    code: "not_found",
  });
});

test("after the grace period no table and no statistics of Postgres contain anything of the project; others are complete", async () => {
  const [gone, kept] = [await filledProject(), await filledProject()];
  await pool().query("ANALYZE");
  const before = { gone: await tracesOf(gone.projectId), kept: await tracesOf(kept.projectId) };
  expect(before.gone.length, before.gone.join()).toBeGreaterThan(15);
  await deleteProject(gone.team, gone.projectId, `Shop ${gone.mark}`, NOW);
  expect(await eraseDeleted(pool(), afterDays(RESTORE_DAYS))).toBeGreaterThan(0);
  expect(await tracesOf(gone.projectId)).toEqual([]);
  // The member and their organization stay, named as they named themselves.
  expect((await tracesOf(gone.mark)).filter((at) => !/members|organizations/.test(at))).toEqual([]);
  expect((await tracesOf(kept.projectId)).filter((at) => !at.startsWith("statistics"))).toEqual(
    before.kept.filter((at) => !at.startsWith("statistics")),
  );
  expect(await eraseDeleted(pool(), afterDays(RESTORE_DAYS)), "again").toBe(0);
});

test("counts that wait in memory while their project is erased are not written afterwards", async () => {
  const gone = await filledProject();
  countReceived(gone.projectId, 1, NOW.getTime());
  await flushReceived();
  expect(await tracesOf(gone.projectId)).toContain("received_days");
  await deleteProject(gone.team, gone.projectId, `Shop ${gone.mark}`, NOW);
  await eraseDeleted(pool(), afterDays(RESTORE_DAYS));
  countReceived(gone.projectId, 1, NOW.getTime());
  countRefusal(gone.projectId, "bot", NOW.getTime());
  await flushReceived();
  await flushRefusals();
  expect(await tracesOf(gone.projectId)).toEqual([]);
});

test("a table that had rows of no other project keeps none of its texts in Postgres' statistics", async () => {
  const gone = await filledProject();
  await pool().query("DELETE FROM segments WHERE project_id <> $1", [gone.projectId]);
  for (const n of [1, 2]) await createSegment(gone.scope, { name: `${n} more ${gone.mark}`, rule: null });
  await pool().query("ANALYZE segments");
  const kept = async () => (await wordsInStatistics([gone.mark])).filter(({ table }) => table === "segments");
  expect(await kept()).not.toEqual([]);
  await deleteProject(gone.team, gone.projectId, `Shop ${gone.mark}`, NOW);
  await eraseDeleted(pool(), afterDays(RESTORE_DAYS));
  expect(await kept()).toEqual([]);
});

test("a deleted organization closes all its projects, is restored by owners, and erased with everything", async () => {
  const shop = await filledProject();
  const { name } = await prisma().organization.findUniqueOrThrow({ where: { id: shop.organizationId } });
  await deleteOrganization(shop.team, name, NOW);
  expect(await opens(shop)).toBe(false);
  expect((await visit(shop)).status).toBe(403);
  await restoreOrganization(shop.team, NOW);
  expect(await opens(shop)).toBe(true);
  await deleteOrganization(shop.team, name, NOW);
  // Somebody who is in no organization any more makes a new one with their next project.
  const { projectId } = await createProject(shop.memberId, { name: "Afresh" });
  expect((await projectsOf(shop.memberId)).map(({ id, role }) => [id, role])).toEqual([[projectId, "owner"]]);
  await eraseDeleted(pool(), afterDays(RESTORE_DAYS));
  expect(await tracesOf(shop.projectId)).toEqual([]);
  expect(await tracesOf(shop.organizationId)).toEqual([]);
  expect((await tracesOf(shop.mark)).filter((at) => !/members|organizations/.test(at))).toEqual([]);
});

test("nobody can delete or restore a project of another organization", async () => {
  const [shop, other] = [await filledProject(), await filledProject()];
  const name = `Shop ${shop.mark}`;
  await expect(deleteProject(other.team, shop.projectId, name, NOW)).rejects.toMatchObject({ code: "not_found" });
  await expect(deleteProject(other.team, "no uuid", name, NOW)).rejects.toMatchObject({ code: "not_found" });
  await deleteProject(shop.team, shop.projectId, name, NOW);
  await expect(restoreProject(other.team, shop.projectId, NOW)).rejects.toMatchObject({ code: "not_found" });
  expect(await pendingDeletionsOf(other.memberId)).toEqual([]);
});
