import { beforeEach, expect, test } from "vitest";
import type { Method } from "@/lib/auth/log-ins.store";
import { mailContent } from "@/lib/auth/mail-contents";
import { setPassword, signUp, verifyCredentials } from "@/lib/auth/members.store";
import { authOptions } from "@/lib/auth/options";
import { rememberBrowser, startSession } from "@/lib/auth/session";
import { config } from "@/lib/config";
import { prisma } from "@/lib/db/prisma";
import { browser } from "../support/browser";

/** The mail about a log-in with a browser that the member had not used before (docs/log-in.md). */

const MAIL = { SMTP_URL: "smtp://127.0.0.1:1", MAIL_FROM: "a@example.com", APP_URL: "http://localhost" };
const PASSWORD = "correct horse battery";

beforeEach(() => {
  browser.cookies.clear();
  Object.assign(config(), MAIL);
});

let number = 0;
async function newEmail(): Promise<string> {
  const email = `browser${++number}@example.com`;
  await signUp({ email, password: PASSWORD, name: "Ada", projectName: "Shop" });
  return email;
}

async function logIn(email: string, device = "Chrome 141 on Windows", password = PASSWORD) {
  const member = await verifyCredentials(email, password);
  if (!member) throw new Error("they have an account");
  await startSession(member, device);
  return member;
}

const notices = async (recipient: string) =>
  (await prisma().mail.findMany({ where: { recipient, kind: "newBrowser" }, orderBy: { id: "asc" } })).map(
    ({ data }) => data as { device: string; way: string },
  );

test("the first log-in ever and those in a browser used before send no mail, one in another browser does", async () => {
  const email = await newEmail();
  await logIn(email);
  await logIn(email);
  expect(await notices(email)).toEqual([]);
  const known = new Map(browser.cookies);
  browser.cookies.clear();
  await logIn(email, "Safari 18 on macOS");
  await logIn(email, "Safari 18 on macOS");
  expect(await notices(email)).toMatchObject([{ device: "Safari 18 on macOS", way: "your password" }]);
  browser.cookies = known;
  await logIn(email);
  expect(await notices(email)).toHaveLength(1);
});

test("a browser of one member is new to another one, and so is one with a forged cookie", async () => {
  const [mine, theirs] = [await newEmail(), await newEmail()];
  await logIn(theirs);
  browser.cookies.clear();
  await logIn(mine);
  await logIn(theirs);
  expect(await notices(theirs)).toHaveLength(1);
  const forged = (cookie: string) => cookie.replaceAll("~", "~x").replace(/^/, "x");
  for (const [name, value] of browser.cookies) if (name.includes("device")) browser.cookies.set(name, forged(value));
  await logIn(mine);
  expect(await notices(mine)).toHaveLength(1);
});

test("a new password makes all browsers new, except the one in which it was chosen", async () => {
  const email = await newEmail();
  const member = await logIn(email);
  const old = new Map(browser.cookies);
  const changed = "other battery staple";
  await setPassword(email, changed);
  browser.cookies.clear();
  await rememberBrowser({ ...member, sessionVersion: (await verifyCredentials(email, changed))?.sessionVersion ?? -1 });
  await logIn(email, "Chrome", changed);
  expect(await notices(email)).toEqual([]);
  browser.cookies = old;
  await logIn(email, "Firefox", changed);
  expect(await notices(email)).toMatchObject([{ device: "Firefox" }]);
});

test("at most five mails an hour, even for concurrent log-ins, and none without a mail server", async () => {
  const email = await newEmail();
  const member = await logIn(email);
  const fromNowhere = async (device: string) => {
    browser.cookies.clear();
    await startSession(member, device, "password", "new");
  };
  await Promise.all(Array.from({ length: 8 }, (_, i) => fromNowhere(`Browser ${i}`)));
  expect(await notices(email)).toHaveLength(5);
  const later = new Date(Date.now() - 2 * 3_600_000);
  await prisma().mail.updateMany({ where: { recipient: email }, data: { createdAt: later } });
  config().SMTP_URL = "";
  await fromNowhere("Unheard of");
  expect(await notices(email)).toHaveLength(5);
  config().SMTP_URL = MAIL.SMTP_URL;
  await fromNowhere("Opera");
  expect((await notices(email)).at(-1)).toMatchObject({ device: "Opera" });
});

test.each<[Method, string]>([
  ["passkey", "a passkey"],
  ["github", "GitHub"],
])("a log-in with %s is mailed as well, and named", async (method, way) => {
  Object.assign(config(), { GITHUB_CLIENT_ID: "x", GITHUB_CLIENT_SECRET: "y" });
  const email = await newEmail();
  const member = await logIn(email);
  browser.cookies.clear();
  await startSession(member, "Firefox", method);
  expect(await notices(email)).toMatchObject([{ device: "Firefox", way }]);
});

test("NextAuth's own endpoint knows a browser by the same cookie", async () => {
  const email = await newEmail();
  const member = await logIn(email);
  const options = authOptions(false, "Firefox");
  const provider = options.providers.at(-1) as unknown as { options: { authorize: (...given: unknown[]) => unknown } };
  const jwt = options.callbacks?.jwt as (given: object) => Promise<unknown>;
  const enter = async (cookie: string) => {
    const user = await provider.options.authorize({ email, password: PASSWORD }, { headers: { cookie } });
    await jwt({ token: { sub: member.id }, user });
  };
  await enter([...browser.cookies].map((pair) => pair.join("=")).join("; "));
  expect(await notices(email)).toEqual([]);
  await enter("");
  expect(await notices(email)).toMatchObject([{ device: "Firefox", way: "your password" }]);
});

test("the mail names browser, way and time, and a forged browser adds no line or link", () => {
  const at = Date.UTC(2026, 10, 29, 8, 45);
  const data = { name: "Ada", device: "Chrome 141 on Windows\n\nhttps://evil.example", way: "GitHub", at };
  const { subject, text } = mailContent("newBrowser", data, "https://analytics.example.com") ?? {
    subject: "",
    text: "",
  };
  expect(subject).toBe("New log-in to your account");
  expect(text).toContain("with GitHub, on 29 Nov 2026, 08:45 UTC");
  expect(text).not.toContain("https://evil");
  expect(text).toContain("https://analytics.example.com/forgot");
});
