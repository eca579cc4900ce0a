import { decode, encode } from "next-auth/jwt";
import { beforeEach, describe, expect, test } from "vitest";
import { beginCodeStep } from "@/lib/auth/code-step";
import { deviceCookieName, knownDevice } from "@/lib/auth/known-device";
import { lifeInWords, logInLifeSeconds } from "@/lib/auth/log-in-life";
import { logInsOf } from "@/lib/auth/log-ins.queries";
import { beginLogIn, deleteExpiredLogIns, endLogIn, LOG_INS_PER_MEMBER } from "@/lib/auth/log-ins.store";
import { memberIn, memberOf } from "@/lib/auth/members.queries";
import { setPassword, signUp, verifyCredentials } from "@/lib/auth/members.store";
import { authOptions } from "@/lib/auth/options";
import { newChallenge } from "@/lib/auth/passkeys/challenge";
import { currentMember, deviceCookie, endSession, startSession } from "@/lib/auth/session";
import { config } from "@/lib/config";
import { prisma } from "@/lib/db/prisma";
import { browser } from "../support/browser";

const PASSWORD = "correct horse battery";
const HOUR_MS = 3_600_000;
let number = 0;

async function newMember() {
  const email = `member${++number}@example.com`;
  const { projectId } = await signUp({ email, password: PASSWORD, name: "Ada", projectName: "Shop" });
  const member = await verifyCredentials(email, PASSWORD);
  if (!member) throw new Error("they have just signed up");
  return { ...member, projectId };
}

beforeEach(() => {
  browser.cookies.clear();
  browser.sent.length = 0;
  browser.headers = new Headers();
});

describe.each([
  ["https", "__Host-next-auth.session-token", true],
  ["http", "next-auth.session-token", false],
])("over %s", (scheme, name, secure) => {
  beforeEach(() => browser.headers.set("x-forwarded-proto", scheme));

  test("logging out deletes the cookie and makes copies of it worthless", async () => {
    const member = await newMember();
    await startSession(member, "Chrome 141 on Windows");
    const device = deviceCookieName(secure);
    const safe = { secure, httpOnly: true, sameSite: "lax", path: "/" };
    expect(browser.sent).toMatchObject([
      { name, ...safe },
      { name: device, ...safe },
    ]);
    expect(knownDevice(config().AUTH_SECRET, await deviceCookie(), member.email)).not.toBeNull();
    expect(await currentMember()).toMatchObject({ id: member.id });
    const copy = new Map(browser.cookies);
    await endSession();
    expect(browser.sent.at(-1)).toMatchObject({ name, value: "", secure, httpOnly: true, path: "/", maxAge: 0 });
    expect([...browser.cookies.keys()]).toEqual([device]); // the browser stays known
    for (const [key, value] of copy) browser.cookies.set(key, value);
    expect(await currentMember()).toBeNull();
    expect(await prisma().logIn.count({ where: { memberId: member.id } })).toBe(0);
  });

  test("every cookie of a log-in is for this very host, and no script can read it", async () => {
    const member = await newMember();
    await startSession(member, "Chrome 141 on Windows");
    await newChallenge("log in");
    await beginCodeStep({ member, method: "github", next: "/" });
    const ours = browser.sent.map(({ name: one }) => one);
    expect(ours).toHaveLength(4);
    for (const cookie of browser.sent)
      expect(cookie).toMatchObject({ secure, httpOnly: true, sameSite: "lax", path: "/" });
    const ofNextAuth = Object.values(authOptions(secure, "").cookies ?? {});
    expect(ofNextAuth).toHaveLength(6);
    for (const { options } of ofNextAuth)
      expect(options).toMatchObject({ secure, httpOnly: true, sameSite: "lax", path: "/" });
    for (const one of [...ours, ...ofNextAuth.map((cookie) => cookie.name)]) {
      expect(one.startsWith("__Host-"), one).toBe(secure);
      expect(one.startsWith("__"), one).toBe(secure);
    }
  });
});

test("logging out ends the log-ins of both schemes on this device, and none of another", async () => {
  const member = await newMember();
  await startSession(member, "x");
  browser.headers.set("x-forwarded-proto", "https");
  await startSession(member, "x");
  const elsewhere = await beginLogIn(member, "x", new Date());
  const sessions = () => [...browser.cookies.keys()].filter((name) => name.includes("session-token")).length;
  expect(sessions()).toBe(2);
  await endSession();
  expect(sessions()).toBe(0);
  expect(await prisma().logIn.findMany({ where: { memberId: member.id } })).toMatchObject([{ id: elsewhere.id }]);
});

test("a cookie without a log-in, or a forged one, opens nothing", async () => {
  const { id } = await newMember();
  const name = "next-auth.session-token";
  const secret = config().AUTH_SECRET;
  browser.cookies.set(name, await encode({ token: { sub: id, version: 0 }, secret })); // as before there were log-ins
  expect(await currentMember()).toBeNull();
  browser.cookies.set(name, "junk");
  expect(await currentMember()).toBeNull();
  await endSession();
  expect(browser.cookies.size).toBe(0);
});

test("a session token in a header opens nothing: only the cookie does", async () => {
  await startSession(await newMember(), "x");
  const name = "next-auth.session-token";
  const token = browser.cookies.get(name) ?? "";
  browser.cookies.clear();
  browser.headers.set("authorization", `Bearer ${token}`);
  browser.headers.set("x-forwarded-uri", `/?${name}=${token}`);
  expect(await currentMember()).toBeNull();
  browser.cookies.set(name, token);
  expect(await currentMember()).not.toBeNull();
});

test("each log-in has a token of its own, whatever cookie was there before", async () => {
  const [mallory, ada] = [await newMember(), await newMember()];
  const name = "next-auth.session-token";
  await startSession(mallory, "x");
  const planted = browser.cookies.get(name) ?? "";
  await startSession(ada, "x");
  expect(await currentMember()).toMatchObject({ id: ada.id });
  browser.cookies.set(name, planted);
  expect(await currentMember()).toMatchObject({ id: mallory.id });
  expect(await prisma().logIn.count({ where: { memberId: ada.id } })).toBe(1);
});

describe("a log-in", () => {
  /** Moves everything about the log-in that far into the past. */
  async function passHours(id: string, { since, unused = since }: { since: number; unused?: number }) {
    const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS);
    const left = logInLifeSeconds() * 1000 - since * HOUR_MS;
    const data = { createdAt: ago(since), usedAt: ago(unused), expiresAt: new Date(Date.now() + left) };
    await prisma().logIn.update({ where: { id }, data });
  }
  const lastsFor = async (member: { id: string; projectId: string }, id: string) => {
    const [alone, inside] = [await memberOf(id), await memberIn(id, member.projectId)];
    expect(inside?.member).toEqual(alone ?? undefined);
    expect((await logInsOf(member.id, new Date())).some((one) => one.id === id)).toBe(alone !== null);
    return alone !== null;
  };

  test("ends for good after 30 days, however it is used", async () => {
    const member = await newMember();
    const { id } = await beginLogIn(member, "x", new Date());
    await passHours(id, { since: 30 * 24 - 1, unused: 0 });
    expect(await lastsFor(member, id)).toBe(true);
    await passHours(id, { since: 30 * 24 + 1, unused: 0 });
    expect(await lastsFor(member, id)).toBe(false);
  });

  test("ends after 14 days without use, and use keeps it going", async () => {
    const member = await newMember();
    const { id } = await beginLogIn(member, "x", new Date());
    await passHours(id, { since: 14 * 24 - 1 });
    expect(await lastsFor(member, id)).toBe(true); // which was a use
    await passHours(id, { since: 15 * 24, unused: 24 });
    expect(await lastsFor(member, id)).toBe(true);
    await passHours(id, { since: 14 * 24 + 1 });
    expect(await lastsFor(member, id)).toBe(false);
    const { usedAt } = await prisma().logIn.findUniqueOrThrow({ where: { id } });
    expect(Date.now() - usedAt.getTime()).toBeGreaterThan(14 * 24 * HOUR_MS); // looking did not revive it
    await deleteExpiredLogIns(new Date());
    expect(await prisma().logIn.count({ where: { id } })).toBe(0);
  });

  test("ends after the operator's limits, even one that began before", async () => {
    const member = await newMember();
    const { id } = await beginLogIn(member, "x", new Date());
    const set = (LOG_IN_MAX_HOURS: number, LOG_IN_IDLE_HOURS: number) =>
      Object.assign(config(), { LOG_IN_MAX_HOURS, LOG_IN_IDLE_HOURS });
    try {
      await passHours(id, { since: 13, unused: 0.6 });
      set(12, 336);
      expect(await lastsFor(member, id)).toBe(false);
      set(24, 0.5);
      expect(await lastsFor(member, id)).toBe(false);
      expect(lifeInWords()).toBe("1 day, or 30 minutes without use");
      set(24, 1);
      expect(await lastsFor(member, id)).toBe(true);
      expect(logInLifeSeconds()).toBe(24 * 3600);
    } finally {
      set(720, 336);
    }
    expect(lifeInWords()).toBe("30 days, or 14 days without use");
  });

  test("records the day of its last use, once a day, in the statement that reads it", async () => {
    const member = await newMember();
    const { id } = await beginLogIn(member, "Firefox on Linux", new Date(Date.now() - 72 * HOUR_MS));
    const lastUsed = async () => (await prisma().logIn.findUniqueOrThrow({ where: { id } })).lastUsedOn;
    expect(Date.now() - (await lastUsed()).getTime()).toBeGreaterThan(48 * HOUR_MS);
    await memberIn(id, member.projectId);
    expect(Date.now() - (await lastUsed()).getTime()).toBeLessThanOrEqual(25 * HOUR_MS);
    const version = async () =>
      (await prisma().$queryRaw<{ xmin: string }[]>`SELECT xmin::text FROM log_ins WHERE id = ${id}::uuid`)[0]?.xmin;
    const before = await version();
    await memberOf(id);
    expect(await version()).toBe(before);
  });

  test("ends with a new password, even one started just before the change", async () => {
    const [member, other] = [await newMember(), await newMember()];
    const { id } = await beginLogIn(member, "x", new Date());
    const { id: theirs } = await beginLogIn(other, "x", new Date());
    await setPassword(member.email, "another long password");
    expect(await memberOf(id)).toBeNull();
    // Verified before the change, begun after it.
    expect(await memberOf((await beginLogIn(member, "x", new Date())).id)).toBeNull();
    expect(await memberOf(theirs)).toMatchObject({ id: other.id });
    const again = await verifyCredentials(member.email, "another long password");
    expect(again && (await memberOf((await beginLogIn(again, "x", new Date())).id))).toMatchObject({ id: member.id });
  });

  test("is one of a bounded number per member, and starting one deletes expired ones", async () => {
    const member = await newMember();
    const at = Date.now();
    await beginLogIn(member, "x", new Date(at - 2 * logInLifeSeconds() * 1000));
    const ids: string[] = [];
    for (let i = 0; i < LOG_INS_PER_MEMBER + 2; i++) ids.push((await beginLogIn(member, "x", new Date(at + i))).id);
    expect(await prisma().logIn.count({ where: { memberId: member.id } })).toBe(LOG_INS_PER_MEMBER);
    expect(await memberOf(ids[1] as string)).toBeNull();
    expect(await memberOf(ids[2] as string)).not.toBeNull();
  });

  test("stores neither the user agent nor an overlong device name", async () => {
    const { id } = await beginLogIn(await newMember(), "x".repeat(5_000), new Date());
    expect((await prisma().logIn.findUniqueOrThrow({ where: { id } })).device).toHaveLength(80);
  });
});

describe("NextAuth's own endpoints", () => {
  const options = authOptions(true, "Chrome on Linux");
  const jwt = options.callbacks?.jwt as (given: object) => Promise<Record<string, unknown>>;

  test("create a log-in of ours, end it, and return nothing for one that ended", async () => {
    const member = await newMember();
    const token = await jwt({ token: { sub: member.id }, user: member });
    expect(await memberOf(String(token.logIn))).toMatchObject({ id: member.id });
    expect(await jwt({ token })).toEqual(token);
    await options.events?.signOut?.({ token } as never);
    expect(await memberOf(String(token.logIn))).toBeNull();
    await expect(jwt({ token })).rejects.toThrow("ended");
  });

  test("renew a token without making the log-in longer", async () => {
    const secret = config().AUTH_SECRET;
    const until = Math.floor(Date.now() / 1000) + 600;
    const renewed = await options.jwt?.encode?.({ token: { until }, secret, maxAge: logInLifeSeconds() });
    const { exp } = (await decode({ token: renewed ?? "", secret })) as { exp: number };
    expect(Math.abs(exp - until)).toBeLessThanOrEqual(2);
  });

  test.each(["//evil.example", "/..//evil.example", "https://evil.example/", "http://localhost:3000.evil.example/"])(
    "do not lead to %s",
    async (url) => expect(await options.callbacks?.redirect?.({ url, baseUrl: "http://localhost:3000" })).toBe("/"),
  );

  test("reject a password that is not a string, and an overlong address", async () => {
    const provider = options.providers[0] as unknown as { options: { authorize: (...given: unknown[]) => unknown } };
    const endless = { email: `${"a".repeat(1_000_000)}@b.de`, password: PASSWORD };
    const odd = [undefined, {}, { email: { toString: 1 }, password: PASSWORD }, { email: "a@b.de" }, endless];
    for (const credentials of odd) expect(await provider.options.authorize(credentials, { headers: {} })).toBeNull();
  });
});

test("ending an unknown log-in does nothing", async () => {
  for (const id of ["", "'; DELETE FROM log_ins", "00000000-0000-0000-0000-000000000000"]) await endLogIn(id);
});
