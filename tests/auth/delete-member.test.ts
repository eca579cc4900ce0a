import { expect, test } from "vitest";
import { flushAccessLog, recordAccess } from "@/lib/access-log/access-log.store";
import { requestEmail } from "@/lib/auth/account.store";
import { deleteMember } from "@/lib/auth/delete-member.store";
import { invite, joinByInvitation } from "@/lib/auth/invitations.store";
import { leavingEffectOf } from "@/lib/auth/leaving.queries";
import { beginLogIn } from "@/lib/auth/log-ins.store";
import { memberOf } from "@/lib/auth/members.queries";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { tokenOf } from "@/lib/auth/one-time-links";
import { linkProvider } from "@/lib/auth/providers/linked.store";
import { beginSecondFactor } from "@/lib/auth/second-factor.store";
import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { markMailSent } from "@/lib/mail/mails.store";
import { addNote } from "@/lib/notes/notes.store";
import { teamOf } from "@/lib/organizations/team.queries";
import { transferOwnership } from "@/lib/organizations/team.store";
import { eraseDeleted } from "@/lib/privacy/erase-project.store";
import { forgetErasedValues } from "@/lib/privacy/forget-erased-values.store";
import { grantScope, grantTeam } from "@/lib/scope";
import { asServer, send, serveIngest } from "../ingest/support";
import { tracesOf } from "../support/traces";

const ingest = serveIngest();
const PASSWORD = "correct horse battery";
const NOW = new Date();
const ISSUER = {
  id: "oidc" as const,
  name: "Acme",
  issuer: "https://id.example.com",
  clientId: "x",
  clientSecret: "x",
};

let number = 0;
async function somebody(role: "owner" | "editor" = "owner", team?: Awaited<ReturnType<typeof owner>>) {
  const mark = `zebra${++number}q`;
  const email = `${mark}@${mark}.example`;
  const name = `Ada ${mark}`;
  if (!team) await signUp({ email, password: PASSWORD, name, projectName: "Shop" });
  else {
    const id = await invite(team, "Olga", { email: "", role }, false, NOW);
    await joinByInvitation(tokenOf("invitation", id), { email, name, password: PASSWORD }, false, NOW);
  }
  const member = await verifyCredentials(email, PASSWORD);
  if (!member) throw new Error("they have just signed up");
  return { ...member, mark };
}

async function owner() {
  const number_ = ++number;
  const email = `owner${number_}@example.com`;
  const made = await signUp({ email, password: PASSWORD, name: `Olga ${number_}`, projectName: "Store" });
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId: made.memberId } });
  return { ...made, ...grantTeam(organizationId, made.memberId, "owner"), email };
}

const remove = (member: { id: string; email: string }, isMailed = false) =>
  deleteMember({ memberId: member.id, typed: ` ${member.email.toUpperCase()} `, isMailed }, NOW);

/** Everything that can be stored of a member is, in their own organization and in somebody else's. */
async function filled() {
  const team = await owner();
  const ada = await somebody("editor", team);
  const scope = grantScope(team.projectId, "system:test");
  const track = { type: "identify", payload: { profileId: "cleo" } };
  await send(`${ingest.url()}/api/track`, track, asServer(team.write));
  const members = (await teamOf(team.organizationId)).map(({ id, name }) => ({ id, name }));
  const written = { authorId: team.memberId, body: `Ask @${ada.name}, please`, members, now: NOW.getTime() };
  await addNote(scope, "u:cleo", written);
  await addNote(scope, "u:cleo", { ...written, authorId: ada.id, body: "Done." });
  recordAccess({ projectId: team.projectId, actor: `member:${ada.id}`, at: NOW.getTime(), act: "person" as never });
  await flushAccessLog();
  const logIn = await beginLogIn(ada, `${ada.mark} on Linux`, NOW);
  await beginSecondFactor(ada);
  const identity = {
    provider: ISSUER,
    subject: ada.mark,
    email: `other-${ada.email}`,
    isVerified: true,
    name: ada.name,
  };
  expect(await linkProvider(ada.id, identity, NOW)).toBeNull();
  await prisma().passkey.create({
    data: { id: ada.mark, memberId: ada.id, name: ada.mark, publicKey: Buffer.from("x"), counter: 0n, createdAt: NOW },
  });
  await prisma().memberView.create({
    data: { memberId: ada.id, projectId: team.projectId, screen: "users", settings: { mark: ada.mark } },
  });
  await requestEmail(ada.id, `new-${ada.email}`, NOW);
  await invite(team, "Olga", { email: `new-${ada.email}`, role: "viewer" }, true, NOW);
  const own = await owner();
  await prisma().membership.create({
    data: { organizationId: own.organizationId, memberId: ada.id, role: "owner" },
  });
  await prisma().organization.update({
    where: { id: own.organizationId },
    data: { name: `${ada.name}'s organization` },
  });
  await invite({ ...own, memberId: ada.id }, ada.name, { email: "guest@example.com", role: "viewer" }, true, NOW);
  return { ada, team, own, logIn };
}

test("after an account is deleted, no table and no Postgres statistics name the member; what they did stays", async () => {
  const { ada, team, own, logIn } = await filled();
  await somebody(); // the tables do not become empty
  await pool().query("ANALYZE");
  const before = await tracesOf(ada.mark);
  const tables = ["invitations", "linked_log_ins", "log_ins", "mails", "member_views", "members", "notes"];
  expect(before).toEqual(expect.arrayContaining([...tables, "one_time_links", "organizations", "passkeys"]));
  expect(before.some((at) => at.startsWith("statistics of members"))).toBe(true);
  await remove(ada, true);
  expect(await memberOf(logIn.id)).toBeNull();
  // The farewell is the last row that names them.
  const [farewell, ...more] = await prisma().mail.findMany({ where: { recipient: ada.email } });
  expect([farewell?.kind, more]).toEqual(["accountDeleted", []]);
  expect((await tracesOf(ada.mark)).filter((at) => !at.startsWith("statistics"))).toEqual(["mails"]);
  await markMailSent(pool(), farewell?.id ?? "", NOW);
  await forgetErasedValues(pool());
  expect(await tracesOf(ada.mark)).toEqual([]);
  // The random number that their notes and the access log know them by.
  expect((await tracesOf(ada.id)).filter((at) => !at.startsWith("statistics"))).toEqual(["access_log", "notes"]);
  const bodies = await prisma().note.findMany({ where: { projectId: team.projectId }, orderBy: { id: "asc" } });
  expect(bodies.map(({ body, mentions }) => [body, mentions])).toEqual([
    ["Ask @former member, please", []],
    ["Done.", []],
  ]);
  const { name } = await prisma().organization.findUniqueOrThrow({ where: { id: own.organizationId } });
  expect(name).toMatch(/^Olga \d+'s organization$/);
});

test("organizations without other members are deleted with the account, and no others", async () => {
  const [gone, kept] = [await somebody(), await somebody()];
  const project = async ({ id }: { id: string }) => {
    const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId: id } });
    return prisma().project.findFirstOrThrow({ where: { organizationId } });
  };
  const [theirs, others] = [await project(gone), await project(kept)];
  expect((await leavingEffectOf(gone.id)).alone).toMatchObject([{ projects: ["Shop"], projectId: theirs.id }]);
  await remove(gone);
  await eraseDeleted(pool(), NOW.getTime());
  expect(await tracesOf(theirs.id)).toEqual([]);
  expect(await tracesOf(theirs.organizationId)).toEqual([]);
  expect(await prisma().project.count({ where: { id: others.id } })).toBe(1);
  expect(await verifyCredentials(kept.email, PASSWORD)).not.toBeNull();
});

test("the only owner of a team cannot delete their account before somebody else owns it", async () => {
  const team = await owner();
  const editor = await somebody("editor", team);
  const olga = { id: team.memberId, email: team.email };
  expect((await leavingEffectOf(olga.id)).ownerless).toMatchObject([
    { id: team.organizationId, projectId: team.projectId },
  ]);
  await expect(remove(olga)).rejects.toMatchObject({ code: "conflict" });
  expect(await verifyCredentials(olga.email, PASSWORD)).not.toBeNull();
  await transferOwnership(team, editor.id);
  await remove(olga);
  expect(await teamOf(team.organizationId)).toMatchObject([{ id: editor.id, role: "owner" }]);
});

test("two owners who delete their accounts at once do not leave a team without an owner", async () => {
  const team = await owner();
  const second = await somebody("owner", team);
  await somebody("editor", team);
  const both = await Promise.allSettled([remove({ id: team.memberId, email: team.email }), remove(second)]);
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect((await teamOf(team.organizationId)).filter(({ role }) => role === "owner")).toHaveLength(1);
});

test("typing another address deletes nothing", async () => {
  const ada = await somebody();
  const typed = deleteMember({ memberId: ada.id, typed: "somebody@example.com", isMailed: false }, NOW);
  await expect(typed).rejects.toMatchObject({ code: "unprocessable", field: "email" });
  expect(await verifyCredentials(ada.email, PASSWORD)).not.toBeNull();
});

test("mails to and about others are kept", async () => {
  const [ada, bob] = [await somebody(), await somebody()];
  const email = `next-${bob.email}`;
  await requestEmail(bob.id, email, NOW);
  await remove(ada);
  expect(await prisma().mail.count({ where: { recipient: email } })).toBe(1);
});
