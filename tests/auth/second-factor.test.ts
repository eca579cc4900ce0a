import { Secret, TOTP } from "otpauth";
import { expect, test } from "vitest";
import { mailContent } from "@/lib/auth/mail-contents";
import { checkCode, logIn, signUp, verifyCredentials } from "@/lib/auth/members.store";
import { hasSecondFactor } from "@/lib/auth/second-factor.queries";
import { beginSecondFactor, confirmSecondFactor, endSecondFactor, redeemCode } from "@/lib/auth/second-factor.store";
import { prisma } from "@/lib/db/prisma";

const PASSWORD = "correct horse battery";
const NOW = new Date(Date.UTC(2026, 10, 27, 12));
const STEP_MS = 30_000;
const later = (steps: number) => new Date(NOW.getTime() + steps * STEP_MS);

let number = 0;
async function newMember() {
  const email = `factor${++number}@example.com`;
  const { memberId } = await signUp({ email, password: PASSWORD, name: "Ada", projectName: "Shop" });
  return { id: memberId, email };
}

/** A member with the second factor on, and their phone. */
async function withFactor() {
  const member = await newMember();
  const { typed } = await beginSecondFactor(member);
  const phone = new TOTP({ secret: Secret.fromBase32(typed.replaceAll(" ", "")) });
  const code = (at: Date) => phone.generate({ timestamp: at.getTime() });
  const recovery = await confirmSecondFactor(member.id, code(NOW), NOW);
  const attempt = (given: string, at: Date, password = PASSWORD) =>
    logIn(
      { email: member.email, password, code: given, address: "203.0.113.9", deviceCookie: undefined, proof: "" },
      at,
    );
  return { ...member, code, recovery, attempt };
}

test("a second factor has no effect until one of its codes is entered, and a wrong code does not activate it", async () => {
  const member = await newMember();
  await beginSecondFactor(member);
  expect(await hasSecondFactor(member.id)).toBe(false);
  expect(await redeemCode(member.id, "", NOW)).toBe(true);
  await expect(confirmSecondFactor(member.id, "000000", NOW)).rejects.toMatchObject({ field: "code" });
  expect(await hasSecondFactor(member.id)).toBe(false);
  await beginSecondFactor(member); // started over
});

test("a member is notified by mail when their second factor is turned on and off", async () => {
  const { id, email, code } = await withFactor();
  const kinds = async () =>
    (await prisma().mail.findMany({ where: { recipient: email }, orderBy: { id: "asc" } })).map(({ kind }) => kind);
  expect(await kinds()).toEqual(["secondFactorOn"]);
  await endSecondFactor(id, code(later(2)), later(2));
  expect(await kinds()).toEqual(["secondFactorOn", "secondFactorOff"]);
  for (const kind of await kinds())
    expect(mailContent(kind, { name: "Ada" }, "https://a.example")?.text).toContain("https://a.example/forgot");
});

test("logging in requires password and code; a code works once, even if sent twice at the same moment", async () => {
  const { id, code, recovery, attempt } = await withFactor();
  expect(await attempt("", later(2))).toBe("code");
  expect(await attempt("", later(2), "wrong password")).toBeNull();
  await expect(attempt("000000", later(2))).rejects.toMatchObject({ code: "unprocessable", field: "code" });
  await expect(attempt(code(NOW), NOW)).rejects.toMatchObject({ field: "code" }); // it turned the factor on
  const both = await Promise.allSettled([attempt(code(later(2)), later(2)), attempt(code(later(2)), later(2))]);
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await attempt(code(later(4)), later(4))).toMatchObject({ id });
  const [now, recovered] = [later(8), later(10)];
  for (const ask of [() => redeemCode(id, code(now), now), () => redeemCode(id, recovery[0] ?? "", recovered)])
    expect((await Promise.all(Array.from({ length: 5 }, ask))).filter(Boolean)).toHaveLength(1);
});

test("a second use of a code is mailed to its owner, once an hour, but a double click is not", async () => {
  const { email, code, attempt } = await withFactor();
  const seconds = (count: number) => new Date(later(4).getTime() + count * 1_000);
  const reuse = (at: Date) => expect(attempt(code(later(4)), at)).rejects.toMatchObject({ field: "code" });
  const mails = () => prisma().mail.count({ where: { recipient: email, kind: "codeReused" } });
  await attempt(code(later(4)), seconds(0));
  await reuse(seconds(0));
  await reuse(seconds(9));
  expect(await mails()).toBe(0);
  await reuse(seconds(10));
  expect(await mails()).toBe(1);
  await Promise.all([reuse(seconds(20)), reuse(seconds(21))]);
  expect(await mails()).toBe(1);
  await expect(attempt("000000", seconds(22))).rejects.toMatchObject({ field: "code" });
  expect(await mails()).toBe(1);
  expect(mailContent("codeReused", { name: "Ada" }, "https://x.example")?.text).toContain("https://x.example/forgot");
});

test("each recovery code opens the account once", async () => {
  const { id, recovery, attempt } = await withFactor();
  const [first = "", second = ""] = recovery;
  expect(await attempt(first.toUpperCase(), NOW)).toMatchObject({ id });
  await expect(attempt(first, NOW)).rejects.toMatchObject({ field: "code" });
  expect(await attempt(second, NOW)).toMatchObject({ id });
});

test("wrong codes are limited to twenty an hour, and right ones are not counted", async () => {
  const { id, code, attempt } = await withFactor();
  for (let n = 2; n < 26; n += 2) expect(await attempt(code(later(n)), later(n))).toMatchObject({ id });
  const now = later(30);
  const guesses = await Promise.all(
    Array.from({ length: 24 }, (_, n) => attempt(`00000${n % 10}`, now).then(String, ({ code: why }) => why as string)),
  );
  expect(guesses.filter((why) => why === "unprocessable").length).toBeLessThanOrEqual(20);
  expect(guesses.filter((why) => why !== "unprocessable").length).toBeGreaterThan(0);
  // Also after a log-in through a provider, where no throttle of passwords helps.
  const { id: other, email } = await withFactor();
  const member = { id: other, email, name: "Ada" };
  const whys: string[] = [];
  for (let n = 0; n < 22; n++) await checkCode(member, "000000", now).catch(({ code: why }) => whys.push(why));
  expect(whys).toEqual([...Array(20).fill("unprocessable"), "rate_limited", "rate_limited"]);
});

test("a second factor is turned off with a code, and cannot be replaced without that", async () => {
  const { id, email, code } = await withFactor();
  await expect(beginSecondFactor({ id, email })).rejects.toMatchObject({ code: "conflict" });
  await expect(endSecondFactor(id, "000000", NOW)).rejects.toMatchObject({ field: "code" });
  expect(await hasSecondFactor(id)).toBe(true);
  await endSecondFactor(id, code(later(2)), later(2));
  expect(await hasSecondFactor(id)).toBe(false);
  expect(await verifyCredentials(email, PASSWORD)).toMatchObject({ id });
});

test("the database holds neither the secret nor a recovery code", async () => {
  const member = await newMember();
  const { typed } = await beginSecondFactor(member);
  const secret = Buffer.from(Secret.fromBase32(typed.replaceAll(" ", "")).buffer);
  const row = await prisma().secondFactor.findUniqueOrThrow({ where: { memberId: member.id } });
  expect(Buffer.from(row.secret).includes(secret)).toBe(false);
});
