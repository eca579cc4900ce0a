import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { beginLogIn } from "@/lib/auth/log-ins.store";
import { memberOf } from "@/lib/auth/members.queries";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { passkeysOf } from "@/lib/auth/passkeys/passkeys.queries";
import { addPasskey, memberOfPasskey, registrationOptions, removePasskey } from "@/lib/auth/passkeys/passkeys.store";
import { prisma } from "@/lib/db/prisma";
import { newAuthenticator } from "../support/authenticator";

const NOW = new Date();
const PASSWORD = "correct horse battery";
const PARTY = { origin: "https://analytics.example.com", id: "analytics.example.com" };
const newChallenge = () => randomBytes(32).toString("base64url");
let number = 0;

async function newMember() {
  const email = `key${++number}@example.com`;
  await signUp({ email, password: PASSWORD, name: "Ada", projectName: "Shop" });
  const member = await verifyCredentials(email, PASSWORD);
  if (!member) throw new Error("they have just signed up");
  return member;
}

async function withPasskey() {
  const [member, key, challenge] = [await newMember(), newAuthenticator(PARTY.origin), newChallenge()];
  await addPasskey(member.id, { name: "Laptop", answer: key.register(challenge), challenge, party: PARTY }, NOW);
  return { member, key };
}

const come = (answer: string, challenge: string, party = PARTY) => memberOfPasskey({ answer, challenge, party }, NOW);

test("a passkey that was added opens its member's account, and its use is recorded", async () => {
  const { member, key } = await withPasskey();
  const challenge = newChallenge();
  expect(await come(key.authenticate(challenge), challenge)).toEqual(member);
  expect(await passkeysOf(member.id)).toMatchObject([{ name: "Laptop", lastUsedOn: expect.any(Date) }]);
  expect(await prisma().mail.count({ where: { recipient: member.email, kind: "wayInAdded" } })).toBe(1);
});

test("an answer works once, even if it is sent several times at once", async () => {
  const { key } = await withPasskey();
  const challenge = newChallenge();
  const answer = key.authenticate(challenge);
  const outcomes = await Promise.all([come(answer, challenge), come(answer, challenge), come(answer, challenge)]);
  expect(outcomes.filter((one) => one !== null)).toHaveLength(1);
  expect(await come(answer, challenge)).toBeNull();
});

describe("a log-in is refused", () => {
  test.each([
    ["of another site", { origin: "https://analytics.example.com.evil.example" }],
    ["of a page on another host name", { rpId: "evil.example" }],
    ["without a fingerprint, face or PIN", { verified: false }],
  ])("with an answer %s", async (_name, changes) => {
    const { key } = await withPasskey();
    const challenge = newChallenge();
    expect(await come(key.authenticate(challenge, changes), challenge)).toBeNull();
  });

  test("for another challenge, with an unknown passkey, and with another's signature", async () => {
    const [one, two] = [await withPasskey(), await withPasskey()];
    const challenge = newChallenge();
    expect(await come(one.key.authenticate(newChallenge()), challenge)).toBeNull();
    expect(await come(newAuthenticator(PARTY.origin).authenticate(challenge), challenge)).toBeNull();
    const forged = { ...JSON.parse(one.key.authenticate(challenge)), id: two.key.id, rawId: two.key.id };
    expect(await come(JSON.stringify(forged), challenge)).toBeNull();
  });

  test("with a counter that went back, as a copy of the key would have", async () => {
    const { key } = await withPasskey();
    const counted = async (counter: number) => {
      const challenge = newChallenge();
      return come(key.authenticate(challenge, { counter }), challenge);
    };
    expect(await counted(5)).not.toBeNull();
    for (const counter of [5, 4, 0]) expect(await counted(counter)).toBeNull();
    expect(await counted(6)).not.toBeNull();
  });

  test("with anything that is not an answer", async () => {
    const junk = ["", "{", "null", "7", "[]", '{"id":7}', '{"id":"x"}', "x".repeat(100_000), '{"id":"\\u0000"}'];
    for (const answer of junk) expect(await come(answer, newChallenge()), answer.slice(0, 20)).toBeNull();
    const { key } = await withPasskey();
    const challenge = newChallenge();
    const whole = JSON.parse(key.authenticate(challenge)) as { response: Record<string, string> };
    for (const field of Object.keys(whole.response)) {
      const cut = { ...whole, response: { ...whole.response, [field]: "AAAA" } };
      expect(await come(JSON.stringify(cut), challenge), field).toBeNull();
    }
  });
});

test("adding is refused with an answer that is not for it, and for a passkey that exists", async () => {
  const { member, key } = await withPasskey();
  const add = (answer: string, challenge: string, name = "Phone") =>
    addPasskey(member.id, { name, answer, challenge, party: PARTY }, NOW);
  const challenge = newChallenge();
  const fresh = newAuthenticator(PARTY.origin);
  const elsewhere = [{ origin: "https://analytics.example.com.evil.example" }, { rpId: "evil.example" }];
  for (const changes of [...elsewhere, { verified: false }])
    await expect(add(fresh.register(challenge, changes), challenge)).rejects.toMatchObject({ code: "unprocessable" });
  for (const answer of ["", "{}", fresh.register(newChallenge())])
    await expect(add(answer, challenge)).rejects.toMatchObject({ code: "unprocessable" });
  await expect(add(fresh.register(challenge), challenge, " ")).rejects.toMatchObject({ field: "name" });
  await expect(add(key.register(challenge), challenge)).rejects.toMatchObject({ code: "conflict" });
  await add(fresh.register(challenge), challenge);
  const again = newAuthenticator(PARTY.origin);
  await expect(add(again.register(challenge), challenge)).rejects.toMatchObject({ code: "conflict" });
  const { excludeCredentials } = await registrationOptions(member, PARTY, newChallenge());
  expect(excludeCredentials).toHaveLength(2);
});

test("a member has at most twenty, however many are added at once", async () => {
  const { member } = await withPasskey();
  const add = async () => {
    const challenge = newChallenge();
    const answer = newAuthenticator(PARTY.origin).register(challenge);
    await addPasskey(member.id, { name: "Phone", answer, challenge, party: PARTY }, NOW);
  };
  for (let count = 1; count < 18; count++) await add();
  const answers = await Promise.allSettled(Array.from({ length: 5 }, add));
  expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  expect(answers.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "conflict" } });
  expect(await passkeysOf(member.id)).toHaveLength(20);
  await expect(registrationOptions(member, PARTY, newChallenge())).rejects.toMatchObject({ code: "conflict" });
});

test("removing one ends the sessions begun with it; the last way in stays, and so do others' passkeys", async () => {
  const [{ member, key }, other] = [await withPasskey(), await withPasskey()];
  const session = await beginLogIn(member, "x", NOW, "passkey");
  await removePasskey(other.member.id, key.id, null, NOW);
  expect(await passkeysOf(member.id)).toHaveLength(1);
  await prisma().member.update({ where: { id: member.id }, data: { passwordHash: null } });
  await expect(removePasskey(member.id, key.id, null, NOW)).rejects.toMatchObject({ code: "conflict" });
  expect(await memberOf(session.id)).not.toBeNull();
  await prisma().member.update({ where: { id: other.member.id }, data: { name: "Bob" } });
  await removePasskey(other.member.id, other.key.id, null, NOW);
  expect(await passkeysOf(other.member.id)).toEqual([]);
});
