import { expect, test } from "vitest";
import { invite, joinByInvitation, leaveTeam } from "@/lib/auth/invitations.store";
import { beginLogIn } from "@/lib/auth/log-ins.store";
import { memberIn } from "@/lib/auth/members.queries";
import { signUp } from "@/lib/auth/members.store";
import { tokenOf } from "@/lib/auth/one-time-links";
import { prisma } from "@/lib/db/prisma";
import { newId } from "@/lib/ids";
import { membersOf } from "@/lib/organizations/members.queries";
import { teamOf } from "@/lib/organizations/team.queries";
import { setProjectRole, setRole, transferOwnership } from "@/lib/organizations/team.store";
import { PROJECT_ROLES, ROLES, type Role, roleIn } from "@/lib/permissions";
import { projectsOf } from "@/lib/projects/projects.queries";
import { createProject } from "@/lib/projects/projects.store";
import { grantScope, grantTeam } from "@/lib/scope";

const PASSWORD = "correct horse battery";
const NOW = new Date();

let number = 0;
async function newTeam() {
  const email = `head${++number}@example.com`;
  const { memberId, projectId } = await signUp({ email, password: PASSWORD, name: "Olga", projectName: "Shop" });
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId } });
  const owner = grantTeam(organizationId, memberId, "owner");
  const bring = async (role: Role) => {
    const id = await invite(owner, "Olga", { email: "", role }, false, NOW);
    const input = { email: `role${++number}@example.com`, name: `Tess ${number}`, password: PASSWORD };
    const member = await joinByInvitation(tokenOf("invitation", id), input, false, NOW);
    const logIn = await beginLogIn(member, "Chrome", new Date());
    return { ...member, logInId: logIn.id, team: grantTeam(organizationId, member.id, role) };
  };
  const { projectId: secondId } = await createProject(memberId, { name: "Blog" });
  return { organizationId, projectId, secondId, owner, bring };
}

const roleOf = async (logInId: string, projectId: string) => (await memberIn(logInId, projectId))?.within?.role ?? null;

test("in every combination, each query of projects finds the role that the rule gives", async () => {
  const { organizationId, projectId, owner, bring } = await newTeam();
  for (const role of ROLES)
    for (const override of [null, ...PROJECT_ROLES]) {
      const member = await bring(role);
      // Written directly: for owners and admins the store rejects it.
      if (override)
        await prisma().projectRole.create({ data: { projectId, memberId: member.id, organizationId, role: override } });
      const expected = roleIn(role, override);
      const label = `${role}, ${override} in the project`;
      expect(await roleOf(member.logInId, projectId), label).toBe(expected);
      const listed = (await projectsOf(member.id)).find(({ id }) => id === projectId);
      expect(listed?.role ?? null, label).toBe(expected);
      const people = await membersOf(grantScope(projectId, "system:test"));
      expect(
        people.some(({ id }) => id === member.id),
        label,
      ).toBe(expected !== null);
      expect((await memberIn(member.logInId, projectId))?.within?.teamRole ?? null).toBe(expected && role);
    }
  expect((await teamOf(owner.organizationId)).length).toBe(1 + ROLES.length * (PROJECT_ROLES.length + 1));
});

test("a role in one project does not affect the others, and can be undone", async () => {
  const { projectId, secondId, owner, bring } = await newTeam();
  const member = await bring("viewer");
  await setProjectRole(owner, projectId, member.id, "editor");
  expect(await roleOf(member.logInId, projectId)).toBe("editor");
  expect(await roleOf(member.logInId, secondId)).toBe("viewer");
  await setProjectRole(owner, projectId, member.id, "none");
  expect(await roleOf(member.logInId, projectId)).toBeNull();
  await setProjectRole(owner, projectId, member.id, null);
  expect(await roleOf(member.logInId, projectId)).toBe("viewer");
});

test("roles per project are granted by members who may grant roles, in their own organization, to members who need one", async () => {
  const { projectId, owner, bring } = await newTeam();
  const stranger = await newTeam();
  const [admin, editor] = [await bring("admin"), await bring("editor")];
  await setProjectRole(admin.team, projectId, editor.id, "viewer");
  await expect(setProjectRole(owner, stranger.projectId, editor.id, "admin")).rejects.toMatchObject({
    code: "not_found",
  });
  await expect(setProjectRole(stranger.owner, stranger.projectId, editor.id, "admin")).rejects.toMatchObject({
    code: "not_found",
  });
  await expect(setProjectRole(owner, "no uuid", editor.id, "admin")).rejects.toMatchObject({ code: "not_found" });
  await expect(setProjectRole(owner, newId(), editor.id, "admin")).rejects.toMatchObject({ code: "not_found" });
  await expect(setProjectRole(owner, projectId, admin.id, "none")).rejects.toMatchObject({ code: "conflict" });
  await expect(setProjectRole(admin.team, projectId, owner.memberId, "none")).rejects.toMatchObject({
    code: "forbidden",
  });
});

test("roles per project end with the membership, and when somebody becomes an admin", async () => {
  const { organizationId, projectId, owner, bring } = await newTeam();
  const [leaving, rising] = [await bring("editor"), await bring("editor")];
  for (const { id } of [leaving, rising]) await setProjectRole(owner, projectId, id, "admin");
  await leaveTeam(organizationId, leaving.id);
  await setRole(owner, rising.id, "admin");
  await setRole(owner, rising.id, "viewer");
  expect(await roleOf(rising.logInId, projectId)).toBe("viewer");
  expect(await prisma().projectRole.count({ where: { organizationId } })).toBe(0);
});

test("a transfer makes the other member owner and the owner admin; not twice, and not to a non-member", async () => {
  const { organizationId, projectId, owner, bring } = await newTeam();
  const [heir, stranger] = [await bring("viewer"), await newTeam()];
  await setProjectRole(owner, projectId, heir.id, "none");
  await expect(transferOwnership(owner, stranger.owner.memberId)).rejects.toMatchObject({ code: "not_found" });
  await transferOwnership(owner, heir.id);
  const roles = new Map((await teamOf(organizationId)).map(({ id, role }) => [id, role]));
  expect([roles.get(heir.id), roles.get(owner.memberId)]).toEqual(["owner", "admin"]);
  expect(await roleOf(heir.logInId, projectId)).toBe("owner");
  // The guard's earlier result may be outdated.
  await expect(transferOwnership(owner, heir.id)).rejects.toMatchObject({ code: "forbidden" });
});
