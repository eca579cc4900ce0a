import { expect, test } from "vitest";
import { invitationOf, openInvitations, openInvitationTo } from "@/lib/auth/invitations.queries";
import {
  acceptInvitation,
  invite,
  joinByInvitation,
  leaveTeam,
  removeFromTeam,
  withdrawInvitation,
} from "@/lib/auth/invitations.store";
import { beginLogIn } from "@/lib/auth/log-ins.store";
import { memberIn } from "@/lib/auth/members.queries";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { tokenOf } from "@/lib/auth/one-time-links";
import { prisma } from "@/lib/db/prisma";
import { newId } from "@/lib/ids";
import { teamOf } from "@/lib/organizations/team.queries";
import { setRole } from "@/lib/organizations/team.store";
import type { Role } from "@/lib/permissions";
import { grantTeam } from "@/lib/scope";

const PASSWORD = "correct horse battery";
const DAY_MS = 86_400_000;
const NOW = new Date(Date.UTC(2026, 10, 27, 12));
const later = (days: number) => new Date(NOW.getTime() + days * DAY_MS);

let number = 0;
async function newTeam() {
  const email = `owner${++number}@example.com`;
  const { memberId, projectId } = await signUp({ email, password: PASSWORD, name: "Olga", projectName: "Shop" });
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId } });
  const owner = grantTeam(organizationId, memberId, "owner");
  const bring = async (role: Role) => {
    const id = await invite(owner, "Olga", { email: "", role }, false, NOW);
    const input = { email: `team${++number}@example.com`, name: "Tess", password: PASSWORD };
    const member = await joinByInvitation(tokenOf("invitation", id), input, false, NOW);
    return { ...member, team: grantTeam(organizationId, member.id, role) };
  };
  return { organizationId, projectId, owner, email, bring };
}

const roles = async (organizationId: string) => (await teamOf(organizationId)).map(({ role }) => role).sort();

test("somebody invited by address joins with it and sees the project, and the link is used up", async () => {
  const { organizationId, projectId, owner } = await newTeam();
  const id = await invite(owner, "Olga", { email: "New@Example.com ", role: "admin" }, true, NOW);
  const token = tokenOf("invitation", id);
  expect(await invitationOf(token, later(6))).toMatchObject({
    email: "new@example.com",
    role: "admin",
    inviter: "Olga",
  });
  // Whatever is typed, the invited address joins.
  const input = { email: "other@example.com", name: "Nina", password: PASSWORD };
  const joined = await joinByInvitation(token, input, true, later(6));
  expect(joined.email).toBe("new@example.com");
  const logIn = await beginLogIn(joined, "Chrome", new Date());
  expect(await memberIn(logIn.id, projectId)).toMatchObject({ within: { role: "admin" } });
  expect(await teamOf(organizationId)).toMatchObject([
    { name: "Nina", role: "admin", isVerified: true },
    { name: "Olga", role: "owner", isVerified: false },
  ]);
  await expect(joinByInvitation(token, input, true, later(6))).rejects.toMatchObject({ code: "not_found" });
});

test("a member cannot use an invitation to another address, but can use an open link, and neither works twice", async () => {
  const team = await newTeam();
  const guest = await newTeam();
  const member = { id: guest.owner.memberId, email: guest.email };
  const named = await invite(team.owner, "Olga", { email: "x@example.com", role: "editor" }, true, NOW);
  await expect(acceptInvitation(tokenOf("invitation", named), member, NOW)).rejects.toMatchObject({
    code: "forbidden",
  });
  const open = tokenOf("invitation", await invite(team.owner, "Olga", { email: "", role: "editor" }, true, NOW));
  await acceptInvitation(open, member, NOW);
  expect(await roles(team.organizationId)).toEqual(["editor", "owner"]);
  await expect(acceptInvitation(open, member, NOW)).rejects.toMatchObject({ code: "not_found" });
});

test("withdrawn, expired or forged invitations open nothing", async () => {
  const { owner } = await newTeam();
  const stranger = await newTeam();
  const id = await invite(owner, "Olga", { email: "", role: "editor" }, false, NOW);
  const token = tokenOf("invitation", id);
  expect(await invitationOf(token, later(8))).toBeNull();
  for (const forged of [
    "",
    id,
    `${id}.`,
    `${id}.${token.split(".")[1]}x`,
    tokenOf("reset", id),
    tokenOf("invitation", newId()),
  ])
    expect(await invitationOf(forged, NOW), forged).toBeNull();
  await withdrawInvitation(stranger.owner, id);
  expect(await invitationOf(token, NOW)).not.toBeNull();
  await withdrawInvitation(owner, id);
  expect(await invitationOf(token, NOW)).toBeNull();
  const input = { email: "late@example.com", name: "L", password: PASSWORD };
  await expect(joinByInvitation(token, input, false, NOW)).rejects.toMatchObject({ code: "not_found" });
});

test("errors name the invalid field: address, role, name, password, a taken address, an existing member", async () => {
  const { owner, email } = await newTeam();
  const inviting = (input: { email: string; role: string }) => invite(owner, "Olga", input, false, NOW);
  await expect(inviting({ email: "no", role: "editor" })).rejects.toMatchObject({
    code: "unprocessable",
    field: "email",
  });
  await expect(inviting({ email: "", role: "boss" })).rejects.toMatchObject({ code: "unprocessable", field: "role" });
  await expect(inviting({ email, role: "editor" })).rejects.toMatchObject({ code: "conflict", field: "email" });
  const token = tokenOf("invitation", await inviting({ email: "", role: "editor" }));
  const joining = (input: object) =>
    joinByInvitation(token, { email: "j@example.com", name: "J", password: PASSWORD, ...input }, false, NOW);
  await expect(joining({ name: "" })).rejects.toMatchObject({ code: "unprocessable", field: "name" });
  await expect(joining({ email: "j" })).rejects.toMatchObject({ code: "unprocessable" });
  await expect(joining({ password: "123456789012" })).rejects.toMatchObject({
    code: "unprocessable",
    field: "password",
  });
  await expect(joining({ email })).rejects.toMatchObject({ code: "conflict", field: "email" });
  await joining({});
});

test("admins grant and revoke roles below owner; owners all roles", async () => {
  const { organizationId, owner, bring } = await newTeam();
  const admin = await bring("admin");
  const other = await bring("editor");
  await expect(invite(admin.team, "A", { email: "", role: "owner" }, false, NOW)).rejects.toMatchObject({
    code: "forbidden",
  });
  await expect(setRole(admin.team, other.id, "owner")).rejects.toMatchObject({ code: "forbidden" });
  await expect(setRole(admin.team, owner.memberId, "editor")).rejects.toMatchObject({
    code: "forbidden",
  });
  await expect(removeFromTeam(admin.team, owner.memberId)).rejects.toMatchObject({ code: "forbidden" });
  await setRole(admin.team, other.id, "admin");
  await setRole(owner, other.id, "owner");
  expect(await roles(organizationId)).toEqual(["admin", "owner", "owner"]);
});

test("an organization keeps an owner, even if both leave at once", async () => {
  const { organizationId, owner, bring } = await newTeam();
  await expect(leaveTeam(organizationId, owner.memberId)).rejects.toMatchObject({ code: "conflict" });
  await expect(setRole(owner, owner.memberId, "editor")).rejects.toMatchObject({ code: "conflict" });
  const second = await bring("owner");
  const ends = await Promise.allSettled([
    leaveTeam(organizationId, owner.memberId),
    leaveTeam(organizationId, second.id),
  ]);
  expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await roles(organizationId)).toEqual(["owner"]);
});

test("members who were removed or left see nothing any more; other organizations are out of reach", async () => {
  const { organizationId, projectId, owner, bring } = await newTeam();
  const gone = await bring("editor");
  const stranger = await newTeam();
  await expect(removeFromTeam(stranger.owner, gone.id)).rejects.toMatchObject({
    code: "not_found",
  });
  await expect(setRole(stranger.owner, gone.id, "admin")).rejects.toMatchObject({
    code: "not_found",
  });
  await expect(setRole(owner, "no uuid", "admin")).rejects.toMatchObject({ code: "not_found" });
  const verified = await verifyCredentials(gone.email, PASSWORD);
  if (!verified) throw new Error("they have just joined");
  const logIn = await beginLogIn(verified, "Chrome", new Date());
  expect((await memberIn(logIn.id, projectId))?.within).not.toBeNull();
  await leaveTeam(organizationId, gone.id);
  expect((await memberIn(logIn.id, projectId))?.within).toBeNull();
});

test("invitations have a ceiling, and a new one to an address replaces the previous one", async () => {
  const { organizationId, owner } = await newTeam();
  for (let n = 0; n < 2; n++) await invite(owner, "Olga", { email: "a@example.com", role: "editor" }, false, NOW);
  expect(await openInvitations(owner, false, NOW)).toHaveLength(1);
  const expiresAt = later(3);
  await prisma().invitation.createMany({
    data: Array.from({ length: 99 }, () => ({
      id: newId(),
      organizationId,
      role: "editor",
      createdAt: NOW,
      expiresAt,
    })),
  });
  await expect(invite(owner, "Olga", { email: "", role: "editor" }, false, NOW)).rejects.toMatchObject({
    code: "conflict",
  });
  await invite(owner, "Olga", { email: "", role: "editor" }, false, later(4)); // those have expired
});

test("the link of an owner's invitation is shown to owners only", async () => {
  const { organizationId, owner } = await newTeam();
  for (const role of ["owner", "admin"]) await invite(owner, "Olga", { email: "", role }, false, NOW);
  const links = async (viewer: Role) =>
    (await openInvitations(grantTeam(organizationId, owner.memberId, viewer), false, NOW))
      .filter(({ token }) => token !== null)
      .map(({ role }) => role);
  expect((await links("owner")).sort()).toEqual(["admin", "owner"]);
  expect(await links("admin")).toEqual(["admin"]);
});

test("a removed member cannot return by an invitation they made", async () => {
  const { owner, bring } = await newTeam();
  const admin = await bring("admin");
  const back = await invite(admin.team, "A", { email: "", role: "admin" }, false, NOW);
  const kept = await invite(owner, "Olga", { email: "", role: "editor" }, false, NOW);
  await removeFromTeam(owner, admin.id);
  expect(await invitationOf(tokenOf("invitation", back), NOW)).toBeNull();
  expect(await invitationOf(tokenOf("invitation", kept), NOW)).not.toBeNull();
});

test("an invitation grants nothing that its sender may no longer grant", async () => {
  const { organizationId, owner, bring } = await newTeam();
  const second = await bring("owner");
  const asOwner = await invite(second.team, "S", { email: "", role: "owner" }, false, NOW);
  const asEditor = await invite(second.team, "S", { email: "", role: "editor" }, false, NOW);
  const opens = async (id: string) => (await invitationOf(tokenOf("invitation", id), NOW)) !== null;
  await setRole(owner, second.id, "admin");
  expect([await opens(asOwner), await opens(asEditor)]).toEqual([false, true]);
  await setRole(owner, second.id, "viewer");
  expect([await opens(asOwner), await opens(asEditor)]).toEqual([false, false]);
  const input = { email: "friend@example.com", name: "F", password: PASSWORD };
  const joining = joinByInvitation(tokenOf("invitation", asOwner), input, false, NOW);
  await expect(joining).rejects.toMatchObject({ code: "not_found" });
  expect(await openInvitationTo("nobody@example.com", NOW)).toBeNull();
  const named = { email: "named@example.com", role: "viewer" };
  await setRole(owner, second.id, "admin");
  const id = await invite(second.team, "S", named, true, NOW);
  expect(await openInvitationTo(named.email, NOW)).toBe(id);
  await setRole(owner, second.id, "editor");
  expect(await openInvitationTo(named.email, NOW)).toBeNull();
  expect(await roles(organizationId)).toEqual(["editor", "owner"]);
});

test("somebody who lost ownership while their request was running changes nobody's role", async () => {
  const { organizationId, owner, bring } = await newTeam();
  const [second, other] = [await bring("owner"), await bring("viewer")];
  await setRole(owner, second.id, "viewer");
  const forbidden = { code: "forbidden" };
  await expect(setRole(second.team, second.id, "owner")).rejects.toMatchObject(forbidden);
  await expect(setRole(second.team, other.id, "editor")).rejects.toMatchObject(forbidden);
  await expect(removeFromTeam(second.team, other.id)).rejects.toMatchObject(forbidden);
  await expect(invite(second.team, "S", { email: "", role: "owner" }, false, NOW)).rejects.toMatchObject(forbidden);
  expect(await roles(organizationId)).toEqual(["owner", "viewer", "viewer"]);
});

test("nobody sees the link of somebody else's invitation, so members who leave keep no way back", async () => {
  const { owner, bring } = await newTeam();
  const admin = await bring("admin");
  await invite(owner, "Olga", { email: "", role: "editor" }, false, NOW);
  const linksFor = async (team: typeof owner) => (await openInvitations(team, false, NOW)).map(({ token }) => token);
  expect(await linksFor(admin.team)).toEqual([null]);
  expect(await linksFor(owner)).toEqual([expect.any(String)]);
});

test("invitations mailed per day have a ceiling, per address and in all", async () => {
  const { owner } = await newTeam();
  const mailTo = (email: string, now = NOW) =>
    invite(owner, "Olga", { email, role: "editor" }, true, now).then((id) => withdrawInvitation(owner, id));
  for (let n = 0; n < 3; n++) await mailTo("victim@example.com");
  await expect(mailTo("victim@example.com")).rejects.toMatchObject({ code: "rate_limited" });
  for (let n = 3; n < 100; n++) await mailTo(`v${n}@example.com`);
  await expect(mailTo("another@example.com")).rejects.toMatchObject({ code: "rate_limited" });
  await mailTo("victim@example.com", later(2));
  const burst = await Promise.allSettled(Array.from({ length: 6 }, () => mailTo("burst@example.com", later(4))));
  expect(burst.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
});
