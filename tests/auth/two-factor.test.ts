import { randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listAccessLog } from "@/lib/access-log/access-log.queries";
import { flushAccessLog } from "@/lib/access-log/access-log.store";
import { requireMember, requireMemberApi, requirePermission, requireTeam, requireTeamOf } from "@/lib/auth/guard";
import { invite, joinByInvitation } from "@/lib/auth/invitations.store";
import { beginLogIn, confirmLogIn, METHODS, type Method } from "@/lib/auth/log-ins.store";
import { memberIn, type VerifiedMember } from "@/lib/auth/members.queries";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { tokenOf } from "@/lib/auth/one-time-links";
import { openProjects } from "@/lib/auth/open-projects";
import { addPasskey, removePasskey } from "@/lib/auth/passkeys/passkeys.store";
import { beginSecondFactor, confirmSecondFactor, removeSecondFactor } from "@/lib/auth/second-factor.store";
import { currentLogIn, startSession } from "@/lib/auth/session";
import { refuseLockedOutAtHome, twoFactorDemand } from "@/lib/auth/two-factor.queries";
import { config } from "@/lib/config";
import { prisma } from "@/lib/db/prisma";
import { IDLE } from "@/lib/http/form";
import type { Role } from "@/lib/permissions";
import { grantScope, grantTeam } from "@/lib/scope";
import { newAuthenticator } from "../support/authenticator";
import { browser } from "../support/browser";

/** An organization that requires two factors, and who gets in with what. */

const PASSWORD = "correct horse battery";
const PARTY = { origin: "https://analytics.example.com", id: "analytics.example.com" };
const NOW = new Date();
let number = 0;

async function newOwner() {
  const email = `two${++number}@example.com`;
  const { memberId, projectId } = await signUp({ email, password: PASSWORD, name: "Olga", projectName: "Shop" });
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId } });
  return {
    member: await verified(email),
    projectId,
    organizationId,
    team: grantTeam(organizationId, memberId, "owner"),
  };
}
async function verified(email: string): Promise<VerifiedMember> {
  const member = await verifyCredentials(email, PASSWORD);
  if (!member) throw new Error("they have just signed up");
  return member;
}
async function join(team: ReturnType<typeof grantTeam>, role: Role): Promise<VerifiedMember> {
  const id = await invite(team, "Olga", { email: "", role }, false, NOW);
  const email = `two${++number}@example.com`;
  return joinByInvitation(tokenOf("invitation", id), { email, name: "Tess", password: PASSWORD }, false, NOW);
}
/** Sets the requirement, whoever it locks out. */
const demand = (organizationId: string, demandsTwoFactor = true) =>
  prisma().organization.update({ where: { id: organizationId }, data: { demandsTwoFactor } });

async function turnOn({ id, email }: VerifiedMember): Promise<(at: Date) => string> {
  const { typed } = await beginSecondFactor({ id, email });
  const phone = new TOTP({ secret: Secret.fromBase32(typed.replaceAll(" ", "")) });
  const code = (at: Date) => phone.generate({ timestamp: at.getTime() });
  await confirmSecondFactor(id, code(NOW), NOW);
  return code;
}
async function addKey({ id }: VerifiedMember) {
  const [key, challenge] = [newAuthenticator(PARTY.origin), randomBytes(32).toString("base64url")];
  await addPasskey(id, { name: "Laptop", answer: key.register(challenge), challenge, party: PARTY }, NOW);
  return key;
}
const isLockedOut = async (member: VerifiedMember, projectId: string, method: Method = "password") =>
  (await memberIn((await beginLogIn(member, "x", NOW, method)).id, projectId))?.isLockedOut;
const formOf = (fields: Record<string, string>) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
};
/** Where a page or action redirected to. */
const ledTo = (work: Promise<unknown>) =>
  work.then(
    () => "in",
    (error: { digest?: string; code?: string }) => error.digest?.split(";")[2] ?? error.digest ?? error.code,
  );

beforeEach(() => browser.cookies.clear());
afterEach(() => Object.assign(config(), { OIDC_SECOND_FACTOR: "unknown" }));

describe("a log-in gets into a project of an organization that requires two factors", () => {
  test("if it began with a passkey or with a code, and in no other way", async () => {
    const { member, projectId, organizationId } = await newOwner();
    const waysIn = async () => {
      const held = await Promise.all(METHODS.map((method) => isLockedOut(member, projectId, method)));
      return METHODS.filter((_, at) => !held[at]);
    };
    expect(await waysIn()).toEqual([...METHODS]);
    await demand(organizationId);
    expect(await waysIn()).toEqual(["passkey"]);
    Object.assign(config(), { OIDC_SECOND_FACTOR: "always" });
    expect(await waysIn()).toEqual(["oidc", "passkey"]);
    Object.assign(config(), { OIDC_SECOND_FACTOR: "unknown" });
    await turnOn(member); // from here on every way but the passkey asks for the code
    expect(await waysIn()).toEqual([...METHODS]);
  });

  test("once the member proves it: by a code, not by the password, and only there", async () => {
    const { member, projectId, organizationId } = await newOwner();
    const [here, there] = [await beginLogIn(member, "x", NOW), await beginLogIn(member, "x", NOW)];
    await demand(organizationId);
    await turnOn(member);
    await confirmLogIn(here.id, member.id, "one factor", NOW);
    expect(await memberIn(here.id, projectId)).toMatchObject({ isLockedOut: true });
    await confirmLogIn(here.id, member.id, "two factors", NOW);
    expect(await memberIn(here.id, projectId)).toMatchObject({ isLockedOut: false });
    expect(await memberIn(there.id, projectId)).toMatchObject({ isLockedOut: true });
  });

  test("until they turn it off, or remove their last passkey", async () => {
    const { member, projectId, organizationId } = await newOwner();
    await demand(organizationId);
    await turnOn(member);
    const [first, second] = [await addKey(member), await addKey(member)];
    const logIn = await beginLogIn(member, "x", NOW);
    const isOut = async () => (await memberIn(logIn.id, projectId))?.isLockedOut;
    await removePasskey(member.id, first.id, logIn.id, NOW);
    await removeSecondFactor(member.id, NOW);
    expect(await isOut()).toBe(false); // a passkey is left
    await removePasskey(member.id, second.id, logIn.id, NOW);
    expect(await isOut()).toBe(true);
  });
});

describe("a member who is kept out", () => {
  async function heldOut() {
    const owner = await newOwner();
    await startSession(owner.member, "x");
    await demand(owner.organizationId);
    return owner;
  }

  test("is sent to the account page by pages and actions, and gets the reason from routes", async () => {
    const { projectId } = await heldOut();
    const account = `/account?for=${projectId}`;
    expect(await ledTo(requireMember(projectId))).toBe(account);
    expect(await ledTo(requirePermission(projectId, "manage", "settings"))).toBe(account);
    expect(await ledTo(requireTeam(projectId, "own", "team"))).toBe(account);
    await expect(requireMemberApi(projectId)).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("two factors"),
    });
    await confirmLogIn((await currentLogIn()) ?? "", (await owned(projectId)).memberId, "two factors", NOW);
    expect(await ledTo(requireMember(projectId))).toBe("in");
    expect(await requireMemberApi(projectId)).toMatchObject({ role: "owner" });
  });

  const owned = (projectId: string) =>
    prisma().membership.findFirstOrThrow({ where: { organization: { projects: { some: { id: projectId } } } } });

  test("still gets 404 for a project of strangers, whatever their organization requires", async () => {
    await heldOut();
    const other = await newOwner();
    for (const isOn of [true, false]) {
      await demand(other.organizationId, isOn);
      await expect(requireMemberApi(other.projectId)).rejects.toMatchObject({ code: "not_found" });
    }
  });

  test("opens the projects of other organizations, and they come first", async () => {
    const { member, projectId } = await heldOut();
    const other = await newOwner();
    expect((await openProjects(member.id)).map(({ id }) => id)).toEqual([projectId]);
    await prisma().membership.create({
      data: { organizationId: other.organizationId, memberId: member.id, role: "viewer" },
    });
    expect(await ledTo(requireMember(other.projectId))).toBe("in");
    expect((await openProjects(member.id)).map(({ id }) => id)).toEqual([other.projectId]);
  });

  test("neither restores nor creates anything in the organization", async () => {
    const { organizationId, member } = await heldOut();
    await expect(requireTeamOf(organizationId, "own")).rejects.toMatchObject({ code: "forbidden" });
    const logIn = (await currentLogIn()) ?? "";
    await expect(refuseLockedOutAtHome(logIn, member.id)).rejects.toMatchObject({ code: "forbidden" });
    const { createProjectAction } = await import("@/app/(app)/projects/new/actions");
    const created = await createProjectAction(IDLE, formOf({ projectName: "Blog", recognition: "device" }));
    expect(created).toMatchObject({ status: "failed", message: expect.stringContaining("two factors") });
    await demand(organizationId, false);
    await refuseLockedOutAtHome(logIn, member.id);
  });
});

describe("the demand", () => {
  test("can be made by an owner or admin who has proved two factors, and is logged", async () => {
    const { projectId, team, member } = await newOwner();
    const { demandTwoFactorAction } = await import("@/app/(app)/[project]/settings/team/two-factor-actions");
    const ask = (isOn: boolean) => demandTwoFactorAction(IDLE, formOf({ projectId, isOn: isOn ? "1" : "" }));
    const [admin, editor] = [await join(team, "admin"), await join(team, "editor")];
    await startSession(editor, "x");
    expect(await ask(true)).toMatchObject({ code: "forbidden" });
    await startSession(admin, "x");
    expect(await ask(true)).toMatchObject({ code: "conflict" });
    expect(await ledTo(requireMember(projectId))).toBe("in");
    await startSession(admin, "x", "passkey");
    expect(await ask(true)).toMatchObject({ status: "done" });
    await flushAccessLog();
    const { rows } = await listAccessLog(grantScope(projectId, "system:test"), {}, { limit: 10 });
    expect(rows.map(({ act, actor }) => [act, actor])).toContainEqual(["two_factor", `member:${admin.id}`]);
    await startSession(member, "x");
    expect(await ledTo(requireMember(projectId))).toContain("/account");
    await startSession(admin, "x", "passkey");
    expect(await ask(false)).toMatchObject({ status: "done" });
    await startSession(member, "x");
    expect(await ledTo(requireMember(projectId))).toBe("in");
  });

  test("shows which members have two factors", async () => {
    const { team, member } = await newOwner();
    const [withKey, withLink, withNothing] = [
      await join(team, "admin"),
      await join(team, "editor"),
      await join(team, "viewer"),
    ];
    await beginSecondFactor(withNothing); // not confirmed
    await turnOn(member);
    await addKey(withKey);
    await prisma().linkedLogIn.create({
      data: {
        issuer: "https://id.example.com",
        subject: withLink.id,
        memberId: withLink.id,
        provider: "oidc",
        email: "",
        createdAt: NOW,
      },
    });
    const logIn = await beginLogIn(member, "x", NOW);
    const has = { [member.id]: true, [withKey.id]: true, [withLink.id]: false, [withNothing.id]: false };
    expect(await twoFactorDemand(team, logIn.id)).toEqual({ isOn: false, has, isProved: true });
    Object.assign(config(), { OIDC_SECOND_FACTOR: "always" });
    expect((await twoFactorDemand(team, null)).has[withLink.id]).toBe(true);
  });
});
