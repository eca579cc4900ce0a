import { TOTP } from "otpauth";
import { beforeEach, expect, test, vi } from "vitest";
import { joinAction } from "@/app/(auth)/invite/[token]/actions";
import { codeAction } from "@/app/(auth)/login/code/actions";
import { resetAction } from "@/app/(auth)/reset/actions";
import { confirmSignUpAction } from "@/app/(auth)/signup/confirm/actions";
import { beginCodeStep } from "@/lib/auth/code-step";
import { invite } from "@/lib/auth/invitations.store";
import { logIn, signUp, verifyCredentials } from "@/lib/auth/members.store";
import { tokenOf } from "@/lib/auth/one-time-links";
import { makeLink } from "@/lib/auth/one-time-links.store";
import { authOptions } from "@/lib/auth/options";
import * as strength from "@/lib/auth/password-strength";
import { beginSecondFactor, confirmSecondFactor } from "@/lib/auth/second-factor.store";
import { currentMember } from "@/lib/auth/session";
import { prisma } from "@/lib/db/prisma";
import { IDLE } from "@/lib/http/form";
import { newId } from "@/lib/ids";
import { grantTeam } from "@/lib/scope";
import { browser } from "../support/browser";

/** Every way into an account that has a second factor, tried without its code. */

/** Runs while a new password is checked: between reading an invitation and using it. */
const between = { run: async (): Promise<unknown> => undefined };
const { refuseWeakPassword } = strength;
vi.spyOn(strength, "refuseWeakPassword").mockImplementation(async (...given) => {
  await refuseWeakPassword(...given);
  await between.run();
});

const PASSWORD = "correct horse battery";
let number = 0;

async function guardedMember() {
  const email = `factor${++number}@example.com`;
  await signUp({ email, password: PASSWORD, name: "Ada", projectName: "Shop" });
  const member = await verifyCredentials(email, PASSWORD);
  if (!member) throw new Error("they have just signed up");
  const { typed } = await beginSecondFactor(member);
  const app = new TOTP({ secret: typed.replaceAll(" ", "") });
  await confirmSecondFactor(member.id, app.generate(), new Date());
  return { ...member, laterCode: () => app.generate({ timestamp: Date.now() + 30_000 }) };
}

/** What the action answers: where it leads, or its message. */
async function answerOf(run: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await run());
  } catch (error) {
    return String((error as { digest?: string }).digest ?? error);
  }
}

const formOf = (fields: Record<string, string>) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
};

beforeEach(() => {
  browser.cookies.clear();
  between.run = async () => undefined;
});

test("a reset by mail sets the password and leads to the log-in, which asks for the code", async () => {
  const member = await guardedMember();
  const linkId = await prisma().$transaction((tx) => makeLink(tx, "reset", member, new Date()));
  const token = tokenOf("reset", linkId ?? "");
  const password = "tall paper lantern";
  const click = () => answerOf(() => resetAction(IDLE, formOf({ token, password })));
  // A second click on the form, whose request uses the link while that of the first is in progress, too.
  let second = "";
  between.run = async () => {
    between.run = async () => undefined;
    second = await click();
  };
  for (const answer of [await click(), second]) expect(answer).toContain(";/login;");
  expect(await currentMember()).toBeNull();
  const knock = { email: member.email, password, address: null, deviceCookie: undefined, proof: "", code: "" };
  expect(await logIn(knock, new Date())).toBe("code");
});

test("a second click on the link of a sign-up, or on an invitation, does not replace the code", async () => {
  const member = await guardedMember();
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId: member.id } });
  const team = grantTeam(organizationId, member.id, "owner");
  const id = await invite(team, "Ada", { email: "", role: "viewer" }, false, new Date());
  const token = tokenOf("invitation", id);
  const input = { token, email: member.email, name: "Ada", password: PASSWORD };
  // The first click has just used it up.
  between.run = () => prisma().invitation.deleteMany({ where: { id } });
  expect(await answerOf(() => joinAction(IDLE, formOf(input)))).toContain("has an account");
  expect(await currentMember()).toBeNull();
  await answerOf(() => confirmSignUpAction(IDLE, formOf({ token: tokenOf("sign up", member.id), password: PASSWORD })));
  expect(await currentMember()).toBeNull();
});

test("a log-in through a provider still needs the code, and not somebody else's", async () => {
  const [member, other] = [await guardedMember(), await guardedMember()];
  const { laterCode, ...known } = member;
  await beginCodeStep({ member: known, method: "oidc", next: "/" });
  for (const code of ["", "000000", other.laterCode()]) {
    await answerOf(() => codeAction(IDLE, formOf({ code })));
    expect(await currentMember(), code).toBeNull();
  }
  await answerOf(() => codeAction(IDLE, formOf({ code: laterCode() })));
  expect(await currentMember()).toMatchObject({ id: member.id });
});

test("a forged or stolen cookie of the code step opens nothing", async () => {
  const member = await guardedMember();
  const { laterCode, ...known } = member;
  await beginCodeStep({ member: known, method: "oidc", next: "/" });
  const [name = "", value = ""] = [...browser.cookies][0] ?? [];
  const [body = "", signature = ""] = value.split(".");
  const other = Buffer.from(body, "base64url").toString().replace(member.id, newId());
  browser.cookies.set(name, `${Buffer.from(other).toString("base64url")}.${signature}`);
  expect(await answerOf(() => codeAction(IDLE, formOf({ code: laterCode() })))).toContain("took too long");
  expect(await currentMember()).toBeNull();
});

test("NextAuth's own log-in with a password refuses an account with a second factor", async () => {
  const member = await guardedMember();
  const provider = authOptions(false, "x").providers.find(({ id }) => id === "credentials");
  const authorize = (provider as unknown as { options: { authorize: (...given: unknown[]) => Promise<unknown> } })
    .options.authorize;
  await expect(authorize({ email: member.email, password: PASSWORD }, { headers: {} })).rejects.toThrow(
    "second factor",
  );
});
