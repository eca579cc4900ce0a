import { describe, expect, test } from "vitest";
import { changePassword, confirmOwner } from "@/lib/auth/account.store";
import { invite } from "@/lib/auth/invitations.store";
import { beginLogIn } from "@/lib/auth/log-ins.store";
import { memberOf } from "@/lib/auth/members.queries";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { tokenOf } from "@/lib/auth/one-time-links";
import type { ProviderIdentity } from "@/lib/auth/providers/identity";
import { linkedLogInsOf } from "@/lib/auth/providers/linked.queries";
import {
  linkProvider,
  logInThroughProvider,
  type ProviderLogIn,
  unlinkProvider,
} from "@/lib/auth/providers/linked.store";
import { resetPassword } from "@/lib/auth/reset.store";
import { config } from "@/lib/config";
import { prisma } from "@/lib/db/prisma";
import { newId } from "@/lib/ids";
import { grantTeam } from "@/lib/scope";

const NOW = new Date();
const PASSWORD = "correct horse battery";
const PROVIDER = {
  id: "oidc",
  name: "Acme",
  issuer: "https://id.example.com",
  clientId: "x",
  clientSecret: "y",
} as const;
// Links count as a way in only while the instance has their provider.
Object.assign(config(), { OIDC_ISSUER: PROVIDER.issuer, OIDC_CLIENT_ID: "x", OIDC_CLIENT_SECRET: "y" });

let number = 0;
const somebody = (changes: Partial<ProviderIdentity> = {}): ProviderIdentity => {
  const email = `person${++number}@example.com`;
  return { provider: PROVIDER, subject: `sub-${number}`, email, isVerified: true, name: "Ada", ...changes };
};
const come = (identity: ProviderIdentity, invitation: string | null = null) =>
  logInThroughProvider(identity, { invitation, address: "198.51.100.7" }, NOW);
const letIn = async (identity: ProviderIdentity, invitation: string | null = null): Promise<ProviderLogIn> => {
  const arrived = await come(identity, invitation);
  if (typeof arrived === "string") throw new Error(arrived);
  return arrived;
};
const mailsTo = async (email: string) =>
  (await prisma().mail.findMany({ where: { recipient: email }, select: { kind: true } })).map(({ kind }) => kind);

async function passwordMember(email: string, isVerified: boolean) {
  const { memberId } = await signUp({ email, password: PASSWORD, name: "Ada", projectName: "Shop" });
  if (isVerified) await prisma().member.update({ where: { id: memberId }, data: { emailVerifiedAt: NOW } });
  return memberId;
}

async function organization() {
  const { memberId } = await signUp({
    email: `owner${++number}@example.com`,
    password: PASSWORD,
    name: "Olga",
    projectName: "Shop",
  });
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId } });
  return grantTeam(organizationId, memberId, "owner");
}
const organizationsOf = async (memberId: string) =>
  (await prisma().membership.findMany({ where: { memberId } })).map(({ organizationId, role }) => [
    organizationId,
    role,
  ]);

describe("somebody who comes from a provider", () => {
  test("gets an account without a password the first time, and the same one afterwards, whatever their address", async () => {
    const ada = somebody();
    const first = await letIn(ada);
    expect(first).toMatchObject({ member: { email: ada.email, name: "Ada" }, path: "/" });
    const changed = { ...ada, email: "new@example.com", isVerified: false, name: "Countess" };
    expect((await letIn(changed)).member).toEqual(first.member);
    const member = await prisma().member.findUniqueOrThrow({ where: { id: first.member.id } });
    expect(member).toMatchObject({ passwordHash: null, emailVerifiedAt: NOW });
    expect(await verifyCredentials(ada.email ?? "", "")).toBeNull();
  });

  test("is refused without an address that the provider verified, whether or not it has an account here", async () => {
    const taken = somebody({ isVerified: false });
    await passwordMember(taken.email ?? "", true);
    expect(await come(taken)).toBe("unverified");
    expect(await come(somebody({ isVerified: false }))).toBe("unverified");
    expect(await come(somebody({ email: null, isVerified: false }))).toBe("unverified");
  });

  test("joins the account with their address only if that account's address was verified, and its owner is notified", async () => {
    const [ada, bob] = [somebody(), somebody()];
    const adas = await passwordMember(ada.email ?? "", true);
    await passwordMember(bob.email ?? "", false);
    expect((await letIn(ada)).member.id).toBe(adas);
    expect(await mailsTo(ada.email ?? "")).toEqual(["wayInAdded"]);
    expect(await come(bob)).toBe("unconfirmed");
    expect(await prisma().linkedLogIn.count({ where: { subject: bob.subject } })).toBe(0);
  });

  test("of another issuer with the same subject is somebody else", async () => {
    const ada = somebody();
    const first = await letIn(ada);
    const other = {
      ...somebody(),
      subject: ada.subject,
      provider: { ...PROVIDER, issuer: "https://other.example.com" },
    };
    expect((await letIn(other)).member.id).not.toBe(first.member.id);
  });

  test("in two windows at once gets one account", async () => {
    const ada = somebody();
    const outcomes = await Promise.all([come(ada), come(ada), come(ada)]);
    expect(outcomes.filter((one) => typeof one !== "string").length).toBeGreaterThanOrEqual(1);
    expect(await prisma().member.count({ where: { email: ada.email ?? "" } })).toBe(1);
  });
});

describe("an invitation", () => {
  test("accepted through a provider adds them to its organization, once", async () => {
    const team = await organization();
    const ada = somebody();
    const id = await invite(team, "Olga", { email: ada.email ?? "", role: "viewer" }, false, NOW);
    const { member } = await letIn(ada, tokenOf("invitation", id));
    expect(await organizationsOf(member.id)).toEqual([[team.organizationId, "viewer"]]);
    const late = await letIn(somebody(), tokenOf("invitation", id));
    expect(await organizationsOf(late.member.id)).toEqual([]);
  });

  test("to another address is not theirs; one to their own is offered to them", async () => {
    const team = await organization();
    const [ada, bob] = [somebody(), somebody()];
    const id = await invite(team, "Olga", { email: ada.email ?? "", role: "editor" }, false, NOW);
    const other = await letIn(bob, tokenOf("invitation", id));
    expect(await organizationsOf(other.member.id)).toEqual([]);
    expect((await letIn(ada)).path).toBe(`/invite/${tokenOf("invitation", id)}`);
  });

  test("is needed where sign-up is closed", async () => {
    const team = await organization();
    const [ada, bob, cleo] = [somebody(), somebody(), somebody()];
    const id = await invite(team, "Olga", { email: "", role: "editor" }, false, NOW);
    await invite(team, "Olga", { email: bob.email ?? "", role: "editor" }, false, NOW);
    config().SIGN_UP = "invited";
    try {
      expect(await come(cleo)).toBe("closed");
      expect((await letIn(bob)).path).toMatch(/^\/invite\//);
      expect((await letIn(ada, tokenOf("invitation", id))).path).toBe("/");
      const input = { email: "x@example.com", password: PASSWORD, name: "X", projectName: "X" };
      const { signUpFrom } = await import("@/lib/auth/members.store");
      const attempt = { address: null, proof: "" };
      await expect(signUpFrom(attempt, input, NOW)).rejects.toMatchObject({ code: "forbidden" });
    } finally {
      config().SIGN_UP = "open";
    }
  });
});

describe("a linked log-in", () => {
  test("belongs to one account", async () => {
    const ada = somebody();
    const { member } = await letIn(ada);
    const other = await passwordMember("other@example.com", true);
    expect(await linkProvider(other, ada, NOW)).toBe("taken");
    expect(await linkProvider(member.id, ada, NOW)).toBeNull();
    expect(await linkedLogInsOf(other)).toEqual([]);
  });

  test("confirms the account's address if the provider verified the same one", async () => {
    const [same, foreign] = [somebody(), somebody()];
    const [one, two] = [await passwordMember(same.email ?? "", false), await passwordMember("two@example.com", false)];
    await linkProvider(one, same, NOW);
    await linkProvider(two, foreign, NOW);
    const verified = async (id: string) => (await prisma().member.findUniqueOrThrow({ where: { id } })).emailVerifiedAt;
    expect([await verified(one), await verified(two)]).toEqual([NOW, null]);
  });

  test("is never removed as the last way in, and ends the sessions begun with it", async () => {
    const ada = somebody();
    const { member } = await letIn(ada);
    const key = { issuer: PROVIDER.issuer, subject: ada.subject };
    await expect(unlinkProvider(member.id, key, null, NOW)).rejects.toMatchObject({ code: "conflict" });
    const more = [somebody(), somebody()];
    for (const one of more) await linkProvider(member.id, one, NOW);
    const keys = more.map(({ subject }) => ({ issuer: PROVIDER.issuer, subject }));
    const all = await Promise.allSettled([key, ...keys].map((one) => unlinkProvider(member.id, one, null, NOW)));
    expect(all.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(await linkedLogInsOf(member.id)).toHaveLength(1);

    const [here, there] = [await beginLogIn(member, "x", NOW, "oidc"), await beginLogIn(member, "x", NOW, "oidc")];
    await changePassword(member.id, { current: "", password: "tall paper lantern", exceptLogIn: here.id }, NOW);
    expect(await memberOf(there.id)).toBeNull();
    const [left] = await linkedLogInsOf(member.id);
    const fresh = await verifyCredentials(member.email, "tall paper lantern");
    const other = await beginLogIn(fresh ?? member, "x", NOW, "oidc");
    await unlinkProvider(member.id, { issuer: PROVIDER.issuer, subject: left?.subject ?? "" }, here.id, NOW);
    expect(await memberOf(other.id)).toBeNull();
    expect(await memberOf(here.id)).toMatchObject({ id: member.id });
    expect(await linkedLogInsOf(member.id)).toEqual([]);
  });

  test("of a stranger who opened the account does not survive the owner's reset", async () => {
    const stranger = somebody();
    const email = `owner${++number}@example.com`;
    const memberId = await passwordMember(email, false);
    await linkProvider(memberId, stranger, NOW);
    const id = newId();
    const expiresAt = new Date(NOW.getTime() + 60_000);
    await prisma().oneTimeLink.create({ data: { id, purpose: "reset", memberId, email, createdAt: NOW, expiresAt } });
    await resetPassword(tokenOf("reset", id), "tall paper lantern", NOW);
    expect(await linkedLogInsOf(memberId)).toEqual([]);
  });
});

test("without a password, a proof of the last fifteen minutes confirms a change, and no other does", async () => {
  const { member } = await letIn(somebody());
  const other = (await letIn(somebody())).member;
  const fresh = await beginLogIn(member, "x", NOW, "oidc");
  const theirs = await beginLogIn(other, "x", NOW, "oidc");
  const confirm = (logIn: string | null, now = NOW) => confirmOwner(member.id, { current: "", logIn }, now);
  expect(await confirm(fresh.id)).toMatchObject({ id: member.id });
  const late = new Date(NOW.getTime() + 16 * 60_000);
  for (const refused of [() => confirm(null), () => confirm(theirs.id), () => confirm(fresh.id, late)])
    await expect(refused()).rejects.toMatchObject({ code: "unconfirmed" });
});
