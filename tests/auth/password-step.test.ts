import { TOTP } from "otpauth";
import { beforeEach, expect, test } from "vitest";
import { logInAction } from "@/app/(auth)/actions";
import { replacePasswordAction } from "@/app/(auth)/login/password/actions";
import RefusedPasswordPage from "@/app/(auth)/login/password/page";
import { beginLogIn } from "@/lib/auth/log-ins.store";
import { memberOf } from "@/lib/auth/members.queries";
import { setPassword, signUp, verifyCredentials } from "@/lib/auth/members.store";
import { authOptions } from "@/lib/auth/options";
import { hashPassword } from "@/lib/auth/password";
import { beginSecondFactor, confirmSecondFactor } from "@/lib/auth/second-factor.store";
import { prisma } from "@/lib/db/prisma";
import { IDLE } from "@/lib/http/form";
import { browser } from "../support/browser";
import { htmlOf, seenIn } from "../support/html";

/** Members whose password was fine when they chose it but is on a list of leaked ones by now. */

const LEAKED = "password12345";
const NEW = "tall paper lantern";
const SESSION = "next-auth.session-token";

let number = 0;
async function leakedMember() {
  const email = `leaked${++number}@example.com`;
  const fine = { email, password: "correct horse battery", name: "Ada", projectName: "Shop" };
  const { memberId: id } = await signUp(fine);
  await prisma().member.update({ where: { id }, data: { passwordHash: await hashPassword(LEAKED) } });
  return { id, email };
}

type Form = typeof logInAction;
/** Where the browser is sent, or the state of the form. */
async function sent(action: Form | typeof replacePasswordAction, fields: Record<string, string>) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return (action as Form)(IDLE, form).catch(({ digest = "" }: { digest?: string }) => digest.split(";")[2]);
}
const logIn = (email: string, password: string, more: object = {}) =>
  sent(logInAction, { email, password, next: "/account", ...more });
const page = async () => seenIn(await htmlOf(await RefusedPasswordPage()));
const logIns = (memberId: string) => prisma().logIn.count({ where: { memberId } });

beforeEach(() => {
  browser.cookies.clear();
  browser.headers = new Headers({ "x-forwarded-for": `198.51.100.${++number}` });
});

test("a member with a leaked password chooses another one before being logged in, and continues where they were going", async () => {
  const { id, email } = await leakedMember();
  const verified = await verifyCredentials(email, LEAKED);
  const elsewhere = await beginLogIn(verified as NonNullable<typeof verified>, "Safari", new Date());
  expect(await logIn(email, LEAKED)).toBe("/login/password");
  expect(browser.cookies.has(SESSION)).toBe(false);
  expect(await logIns(id)).toBe(1);
  const seen = await page();
  expect(seen).toContain("This password is on lists of common passwords, or close to one. Choose another.");
  expect(seen).toContain(email);
  for (const password of ["short", LEAKED, "123456789012"])
    expect(await sent(replacePasswordAction, { password })).toMatchObject({ field: "password" });
  expect(await sent(replacePasswordAction, { password: NEW })).toBe("/account");
  expect(browser.cookies.has(SESSION)).toBe(true);
  expect(await memberOf(elsewhere.id)).toBeNull();
  expect(await verifyCredentials(email, LEAKED)).toBeNull();
  expect(await verifyCredentials(email, NEW)).toMatchObject({ id });
  expect(await prisma().mail.count({ where: { recipient: email, kind: "passwordChanged" } })).toBe(1);
  browser.cookies.clear();
  expect(await logIn(email, NEW)).toBe("/account");
});

test("a wrong password does not lead to the choice", async () => {
  const { email } = await leakedMember();
  expect(await logIn(email, "password123456")).toMatchObject({ code: "unauthorized" });
  expect([...browser.cookies.keys()]).toEqual([]);
});

test("the choice comes after the second factor", async () => {
  const { id, email } = await leakedMember();
  const { typed } = await beginSecondFactor({ id, email });
  const app = new TOTP({ secret: typed.replaceAll(" ", "") });
  const before = Date.now() - 60_000;
  await confirmSecondFactor(id, app.generate({ timestamp: before }), new Date(before));
  expect(await logIn(email, LEAKED)).toMatchObject({ field: "code" });
  expect([...browser.cookies.keys()]).toEqual([]);
  expect(await logIn(email, LEAKED, { code: app.generate() })).toBe("/login/password");
  expect(await sent(replacePasswordAction, { password: NEW })).toBe("/account");
  expect(await prisma().logIn.findMany({ where: { memberId: id } })).toMatchObject([{ twoFactor: true }]);
});

test("the choice works once, not after another change of the password, and not without its cookie or with a forged one", async () => {
  const { id, email } = await leakedMember();
  const over = { code: "unauthorized" };
  expect(await sent(replacePasswordAction, { password: NEW })).toMatchObject(over);
  await expect(page()).rejects.toMatchObject({ digest: expect.stringContaining("/login") });
  await logIn(email, LEAKED);
  const [name = "", ticket = ""] = [...browser.cookies][0] ?? [];
  browser.cookies.set(
    name,
    ticket.replace(/^./, (first) => (first === "e" ? "f" : "e")),
  );
  expect(await sent(replacePasswordAction, { password: NEW })).toMatchObject(over);
  browser.cookies.set(name, ticket);
  await setPassword(email, "another long password");
  expect(await sent(replacePasswordAction, { password: NEW })).toMatchObject(over);
  expect(await verifyCredentials(email, "another long password")).toMatchObject({ id });
  await prisma().member.update({ where: { id }, data: { passwordHash: await hashPassword(LEAKED) } });
  await logIn(email, LEAKED);
  const [, again = ""] = [...browser.cookies].find(([one]) => one === name) ?? [];
  const both = await Promise.all(
    [NEW, "other paper lantern"].map(async (password) => {
      browser.cookies.set(name, again);
      return sent(replacePasswordAction, { password });
    }),
  );
  expect(both.filter((one) => one === "/account")).toHaveLength(1);
  expect(await logIns(id)).toBe(1);
});

test("NextAuth's own endpoint lets nobody in with a leaked password", async () => {
  const { email } = await leakedMember();
  const provider = authOptions(false, "x").providers.at(-1) as unknown as {
    options: { authorize: (...given: unknown[]) => Promise<unknown> };
  };
  const authorize = (password: string) => provider.options.authorize({ email, password }, { headers: {} });
  await expect(authorize(LEAKED)).rejects.toThrow("has to be changed");
  expect(await authorize("wrong horse battery")).toBeNull();
});
