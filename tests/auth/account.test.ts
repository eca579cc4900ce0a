import { expect, test } from "vitest";
import { changePassword, renameMember, requestEmail, verifyEmail } from "@/lib/auth/account.store";
import { logInsOf } from "@/lib/auth/log-ins.queries";
import { beginLogIn, endLogInOf } from "@/lib/auth/log-ins.store";
import { memberByEmail, memberOf, verifiedAt } from "@/lib/auth/members.queries";
import { countOwnAttempt, setPassword, signUp, verifyCredentials } from "@/lib/auth/members.store";
import { tokenOf } from "@/lib/auth/one-time-links";
import { requestReset, resetPassword } from "@/lib/auth/reset.store";
import { prisma } from "@/lib/db/prisma";

const PASSWORD = "correct horse battery";
const OTHER = "other battery staple";
const DAY_MS = 86_400_000;
const NOW = new Date();

let number = 0;
async function newMember() {
  const email = `account${++number}@example.com`;
  await signUp({ email, password: PASSWORD, name: "Ada", projectName: "Shop" });
  const member = await verifyCredentials(email, PASSWORD);
  if (!member) throw new Error("they have just signed up");
  return member;
}

const newestLink = async (memberId: string): Promise<string> => {
  const { id } = await prisma().oneTimeLink.findFirstOrThrow({ where: { memberId }, orderBy: { createdAt: "desc" } });
  return tokenOf("email", id);
};

test("a new password requires the old one, ends the other log-ins and keeps this one", async () => {
  const member = await newMember();
  const [here, there] = [await beginLogIn(member, "Chrome", NOW), await beginLogIn(member, "Safari", NOW)];
  const change = (current: string, password: string) =>
    changePassword(member.id, { current, password, exceptLogIn: here.id }, NOW);
  await expect(change("wrong", OTHER)).rejects.toMatchObject({ code: "unprocessable", field: "current" });
  await expect(change(PASSWORD, "1234567890")).rejects.toMatchObject({ code: "unprocessable", field: "password" });
  expect(await memberOf(there.id)).not.toBeNull();
  await change(PASSWORD, OTHER);
  expect(await memberOf(here.id)).toMatchObject({ id: member.id });
  expect(await memberOf(there.id)).toBeNull();
  // Somebody whose password was checked before the change cannot use it to get in afterwards.
  expect(await memberOf((await beginLogIn(member, "Firefox", NOW)).id)).toBeNull();
  expect(await verifyCredentials(member.email, PASSWORD)).toBeNull();
  expect(await verifyCredentials(member.email, OTHER)).not.toBeNull();
  expect(await prisma().mail.count({ where: { recipient: member.email, kind: "passwordChanged" } })).toBe(1);
});

test("a new address takes effect once its link is opened, and the old one is notified", async () => {
  const member = await newMember();
  const wanted = `new-${member.email}`;
  await requestEmail(member.id, ` ${wanted.toUpperCase()}`, NOW);
  expect(await memberByEmail(wanted)).toBeNull();
  expect(await prisma().mail.count({ where: { recipient: wanted, kind: "verify" } })).toBe(1);
  const token = await newestLink(member.id);
  await expect(verifyEmail(token, new Date(NOW.getTime() + 4 * DAY_MS))).rejects.toMatchObject({ code: "not_found" });
  expect(await verifyEmail(token, NOW)).toEqual({ email: wanted });
  expect(await memberByEmail(wanted)).toMatchObject({ id: member.id });
  expect(await verifiedAt(member.id)).toEqual(NOW);
  expect(await prisma().mail.count({ where: { recipient: member.email, kind: "emailChanged" } })).toBe(1);
  await expect(verifyEmail(token, NOW)).rejects.toMatchObject({ code: "not_found" });
});

test("a new password ends links that were requested with the old one", async () => {
  const ways: ((member: { id: string; email: string }) => Promise<unknown>)[] = [
    ({ id }) => changePassword(id, { current: PASSWORD, password: OTHER, exceptLogIn: null }, NOW),
    ({ email }) => setPassword(email, OTHER),
    async ({ id, email }) => {
      await requestReset(email, NOW);
      const link = await prisma().oneTimeLink.findFirstOrThrow({ where: { memberId: id, purpose: "reset" } });
      await resetPassword(tokenOf("reset", link.id), OTHER, NOW);
    },
  ];
  for (const change of ways) {
    const member = await newMember();
    await requestEmail(member.id, `thief-${member.email}`, NOW);
    const token = await newestLink(member.id);
    await change(member);
    await expect(verifyEmail(token, NOW)).rejects.toMatchObject({ code: "not_found" });
  }
});

test("a taken address gets the same answer as a free one, and its owner a mail; one taken meanwhile is rejected", async () => {
  const [member, other] = [await newMember(), await newMember()];
  const asking = (email: string) => requestEmail(member.id, email, NOW);
  expect(await asking(other.email)).toBe(await asking(`free-${other.email}`));
  const kinds = await prisma().mail.findMany({
    where: { recipient: { endsWith: other.email } },
    select: { kind: true },
  });
  expect(kinds.map(({ kind }) => kind).sort()).toEqual(["alreadyMember", "verify"]);
  await asking("soon-taken@example.com");
  const token = await newestLink(member.id);
  await signUp({ email: "soon-taken@example.com", password: PASSWORD, name: "B", projectName: "Shop" });
  await expect(verifyEmail(token, NOW)).rejects.toMatchObject({ code: "conflict" });
  expect(await memberByEmail(member.email)).toMatchObject({ id: member.id });
});

test("when two members verify one address at the same moment, one gets it and the other an error", async () => {
  const members = [await newMember(), await newMember()];
  const tokens: string[] = [];
  for (const { id } of members) {
    await requestEmail(id, "wanted@example.com", NOW);
    tokens.push(await newestLink(id));
  }
  const ends = await Promise.allSettled(tokens.map((token) => verifyEmail(token, NOW)));
  expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(ends.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "conflict" } });
});

test("limits: three links an hour, twenty attempts at one's own password", async () => {
  const member = await newMember();
  const ask = () => requestEmail(member.id, member.email, NOW);
  for (let n = 0; n < 3; n++) await ask();
  await expect(ask()).rejects.toMatchObject({ code: "rate_limited" });
  // Nor does an address get more from several members, or a member more for several addresses, at the same moment.
  const members = await Promise.all(Array.from({ length: 5 }, newMember));
  const [one = member] = members;
  for (const asking of [
    () => members.map(({ id }) => requestEmail(id, "flooded@example.com", NOW)),
    () => members.map((_, n) => requestEmail(one.id, `flooded${n}@example.com`, new Date(NOW.getTime() + 3_600_001))),
  ]) {
    const answers = await Promise.allSettled(asking());
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  }
  for (let n = 0; n < 20; n++) await countOwnAttempt(member, NOW);
  await expect(countOwnAttempt(member, NOW)).rejects.toMatchObject({ code: "rate_limited" });
});

test("log-ins are listed and ended one by one or all others; nobody else's can be", async () => {
  const [member, stranger] = [await newMember(), await newMember()];
  const [one, two, three] = [
    await beginLogIn(member, "Chrome", NOW),
    await beginLogIn(member, "Safari", NOW),
    await beginLogIn(member, "Firefox", NOW),
  ];
  expect((await logInsOf(member.id, NOW)).map(({ device }) => device).sort()).toEqual(["Chrome", "Firefox", "Safari"]);
  await endLogInOf(stranger.id, { id: one.id });
  await endLogInOf(stranger.id, { except: "no uuid" });
  await endLogInOf(member.id, { id: "no uuid" });
  expect(await logInsOf(member.id, NOW)).toHaveLength(3);
  await endLogInOf(member.id, { id: two.id });
  expect(await memberOf(two.id)).toBeNull();
  await endLogInOf(member.id, { except: three.id });
  expect((await logInsOf(member.id, NOW)).map(({ id }) => id)).toEqual([three.id]);
  expect(await logInsOf(member.id, new Date(NOW.getTime() + 31 * DAY_MS))).toEqual([]);
});

test("a name is trimmed and must not be empty", async () => {
  const member = await newMember();
  await renameMember(member.id, "  Ada Lovelace ");
  expect(await memberByEmail(member.email)).toMatchObject({ name: "Ada Lovelace" });
  await expect(renameMember(member.id, "  ")).rejects.toMatchObject({ code: "unprocessable" });
});
