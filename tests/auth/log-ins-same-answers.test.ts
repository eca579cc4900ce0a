import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { logInAction, signUpAction } from "@/app/(auth)/actions";
import { forgotAction } from "@/app/(auth)/reset/actions";
import { signUp } from "@/lib/auth/members.store";
import { config } from "@/lib/config";
import { prisma } from "@/lib/db/prisma";
import { IDLE } from "@/lib/http/form";
import { browser } from "../support/browser";
import { ARGON2ID, logWork, workOf } from "../support/work-log";

/**
 * Logging in, asking for a new password and signing up, as the forms do it: neither answer, statements, hashes nor
 * waits differ between addresses with and without an account.
 */
const { setTimeout } = timers;
beforeAll(() => {
  vi.spyOn(timers, "setTimeout").mockImplementation((...given) => {
    logWork("wait");
    return setTimeout(...given);
  });
  syncBuiltinESMExports();
});
afterAll(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});
Object.assign(config(), { SMTP_URL: "smtp://127.0.0.1:1", MAIL_FROM: "a@example.com", APP_URL: "http://localhost" });

const PASSWORD = "correct horse battery";
let number = 0;
const newEmail = () => `same${++number}@example.com`;
async function member(): Promise<{ id: string; email: string }> {
  const email = newEmail();
  const { memberId: id } = await signUp({ email, password: PASSWORD, name: "Ada", projectName: "Shop" });
  return { id, email };
}

/** A separate network for each test, as each has only a few free attempts. */
beforeEach(() => {
  browser.cookies.clear();
  browser.headers = new Headers({ "x-forwarded-for": `198.51.100.${++number}` });
});

type Form = typeof logInAction;
/** What the browser gets: the form's state without what was typed, or where it is sent; and its cookies. */
async function answerOf(action: Form, fields: Record<string, string>): Promise<unknown> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const answer = await action(IDLE, form).catch((error: { digest?: string }) => error.digest ?? error);
  const cookies = [...browser.cookies];
  browser.cookies.clear();
  return { answer: typeof answer === "object" ? { ...answer, values: null } : answer, cookies };
}

const wrong = (email: string) => answerOf(logInAction, { email, password: "wrong horse battery", next: "/" });

const NO_SECRET = { secret: new Uint8Array(48), confirmedAt: new Date() };

describe("a wrong password at log-in", () => {
  test.each<[string, (id: string) => Promise<unknown>]>([
    ["a password", async () => undefined],
    ["no password", (id) => prisma().member.update({ where: { id }, data: { passwordHash: null } })],
    ["a second factor", (id) => prisma().secondFactor.create({ data: { ...NO_SECRET, memberId: id } })],
  ])(
    "is answered for an account with %s as for a free address, after the same statements and hashes",
    async (_, make) => {
      const { id, email } = await member();
      await make(id);
      const free = newEmail();
      await wrong(newEmail()); // makes the decoy
      const answer = await wrong(email);
      expect(answer).toEqual(await wrong(free));
      expect(JSON.stringify(answer)).toContain("address or password is incorrect");
      const [ofAccount, ofFree] = [await workOf(() => wrong(email)), await workOf(() => wrong(free))];
      expect(ofAccount.join()).toContain('"members"');
      expect(ofAccount).toEqual(ofFree);
      expect(ofAccount.filter((event) => event.startsWith("hash"))).toEqual([ARGON2ID]);
    },
  );
});

describe("a forgotten password", () => {
  const ask = (email: string) => answerOf(forgotAction, { email });

  test("is answered alike for an account, a free address, and one that had its three links", async () => {
    const { email } = await member();
    const first = await ask(email);
    expect(first).toEqual({ answer: expect.stringContaining("/forgot?sent"), cookies: [] });
    for (let n = 0; n < 3; n++) expect(await ask(email)).toEqual(first);
    expect(await ask(newEmail())).toEqual(first);
    expect(await prisma().mail.count({ where: { recipient: email } })).toBe(3);
  });
});

test("a sign-up for an address with an account takes the same hash and statements as for a free one", async () => {
  const ask = (email: string, password = PASSWORD) =>
    answerOf(signUpAction, { email, password, name: "Ada", projectName: "Shop" });
  const { email: taken } = await member();
  // As the fourth within an hour is not stored.
  const forget = () => prisma().signUp.deleteMany({ where: { email: taken } });
  expect(await ask(taken)).toEqual(await ask(newEmail()));
  await forget();
  const [ofTaken, ofFree] = [await workOf(() => ask(taken)), await workOf(() => ask(newEmail()))];
  expect(ofTaken.length).toBeGreaterThan(4);
  expect(ofTaken).toEqual(ofFree);
  expect(ofTaken.filter((event) => event.startsWith("hash"))).toEqual([ARGON2ID]);
  expect(await ask(taken, "123456789012")).toEqual(await ask(newEmail(), "123456789012"));
});

/** If the wait followed the work, it would hide nothing. */
describe("the wait begins before the work whose length it hides", () => {
  const statementAfterWait = async (work: () => Promise<unknown>, table: string) => {
    const events = await workOf(work);
    expect(events.filter((event) => event === "wait")).toHaveLength(1);
    const at = events.findIndex((event) => event.includes(`"${table}"`));
    expect(at).toBeGreaterThan(-1);
    return events.indexOf("wait") < at;
  };

  test("of a forgotten password", async () => {
    const { email } = await member();
    for (const one of [email, newEmail()])
      expect(await statementAfterWait(() => answerOf(forgotAction, { email: one }), "members")).toBe(true);
  });

  test("of a sign-up", async () => {
    const { email } = await member();
    const form = { password: PASSWORD, name: "Ada", projectName: "Shop" };
    for (const one of [email, newEmail()])
      expect(await statementAfterWait(() => answerOf(signUpAction, { ...form, email: one }), "sign_ups")).toBe(true);
  });
});
