import { expect, test } from "vitest";
import { changePassword, requestEmail, verifyEmail } from "@/lib/auth/account.store";
import { beginLogIn } from "@/lib/auth/log-ins.store";
import { memberOf } from "@/lib/auth/members.queries";
import { setPassword, signUp, verifyCredentials } from "@/lib/auth/members.store";
import { type LinkPurpose, tokenOf } from "@/lib/auth/one-time-links";
import { addPasskey } from "@/lib/auth/passkeys/passkeys.store";
import { requestReset, resetPassword } from "@/lib/auth/reset.store";
import { prisma } from "@/lib/db/prisma";
import { newAuthenticator } from "../support/authenticator";

/** What a password reset ends. tests/mail/mails.test.ts follows the link through the mail. */

const OLD = "correct horse battery";
const NEW = "other battery staple";
const NOW = new Date();
let number = 0;

async function newMember() {
  const email = `reset${++number}@example.com`;
  await signUp({ email, password: OLD, name: "Ada", projectName: "Shop" });
  const member = await verifyCredentials(email, OLD);
  if (!member) throw new Error("they have just signed up");
  return member;
}

async function newestLink(memberId: string, purpose: Extract<LinkPurpose, "reset" | "email">): Promise<string> {
  const where = { memberId, purpose };
  const { id } = await prisma().oneTimeLink.findFirstOrThrow({ where, orderBy: { createdAt: "desc" } });
  return tokenOf(purpose, id);
}

async function resetLink({ id, email }: { id: string; email: string }): Promise<string> {
  await requestReset(email, NOW);
  return newestLink(id, "reset");
}

test("a reset ends every log-in that began before, also one that is stored only afterwards", async () => {
  const member = await newMember();
  const stored = await beginLogIn(member, "Chrome", NOW);
  const reset = await resetPassword(await resetLink(member), NEW, NOW);
  expect(await memberOf(stored.id)).toBeNull();
  expect(await prisma().logIn.count({ where: { memberId: member.id } })).toBe(0);
  // The old password was checked before the reset, and the code of the second factor was entered after it.
  expect(await memberOf((await beginLogIn(member, "Chrome", NOW)).id)).toBeNull();
  expect(await memberOf((await beginLogIn(reset, "Firefox", NOW)).id)).toMatchObject({ id: member.id });
});

test("of several uses of one link at once, one chooses the password; only a second click on its form succeeds too", async () => {
  const member = await newMember();
  const link = await resetLink(member);
  const passwords = [NEW, `${NEW} 2`, `${NEW} 3`, `${NEW} 4`];
  const answers = await Promise.allSettled(passwords.map((password) => resetPassword(link, password, NOW)));
  const chosen = passwords.filter((_, index) => answers[index]?.status === "fulfilled");
  expect(chosen).toHaveLength(1);
  for (const answer of answers)
    if (answer.status === "rejected") expect(answer.reason).toMatchObject({ code: "not_found" });
  for (const password of passwords)
    expect((await verifyCredentials(member.email, password)) !== null, password).toBe(chosen.includes(password));

  const other = await newMember();
  const twice = await resetLink(other);
  const clicks = await Promise.all([resetPassword(twice, NEW, NOW), resetPassword(twice, NEW, NOW)]);
  expect(clicks[1]).toEqual(clicks[0]);
  await expect(resetPassword(twice, OLD, NOW)).rejects.toMatchObject({ code: "not_found" });
});

test.each<[string, (member: { id: string; email: string }) => Promise<unknown>]>([
  ["a change of password", ({ id }) => changePassword(id, { current: OLD, password: NEW, exceptLogIn: null }, NOW)],
  ["a password set by the operator", ({ email }) => setPassword(email, NEW)],
  [
    "a change of address",
    async ({ id, email }) => {
      await requestEmail(id, `new-${email}`, NOW);
      await verifyEmail(await newestLink(id, "email"), NOW);
    },
  ],
])("a link is void after %s", async (_name, change) => {
  const member = await newMember();
  const link = await resetLink(member);
  await change(member);
  await expect(resetPassword(link, `${NEW} 2`, NOW)).rejects.toMatchObject({ code: "not_found" });
});

test("a reset voids links that confirm an address, as somebody with the old password may have requested them", async () => {
  const member = await newMember();
  await requestEmail(member.id, `thief-${member.email}`, NOW);
  const theirs = await newestLink(member.id, "email");
  await resetPassword(await resetLink(member), NEW, NOW);
  await expect(verifyEmail(theirs, NOW)).rejects.toMatchObject({ code: "not_found" });
});

test("the first reset by an address's owner removes what a stranger who signed up with it added; a later one nothing", async () => {
  const member = await newMember();
  const party = { origin: "https://analytics.example.com", id: "analytics.example.com" };
  const addWays = async (challenge: string) => {
    const key = newAuthenticator(party.origin);
    const answer = key.register(challenge);
    await addPasskey(member.id, { name: "Laptop", answer, challenge, party }, NOW);
    const data = { issuer: "https://github.com", subject: challenge, memberId: member.id, provider: "github" };
    await prisma().linkedLogIn.create({ data: { ...data, email: "", createdAt: NOW } });
  };
  const ways = async () => [
    await prisma().passkey.count({ where: { memberId: member.id } }),
    await prisma().linkedLogIn.count({ where: { memberId: member.id } }),
  ];
  await addWays("b2Y_YS1zdHJhbmdlcg");
  expect(await ways()).toEqual([1, 1]);
  await resetPassword(await resetLink(member), NEW, NOW);
  expect(await ways()).toEqual([0, 0]);
  await addWays("b2YtdGhlLW93bmVy");
  await resetPassword(await resetLink(member), OLD, NOW);
  expect(await ways()).toEqual([1, 1]);
});
