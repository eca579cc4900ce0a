import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { beginLogIn } from "@/lib/auth/log-ins.store";
import { mailContent } from "@/lib/auth/mail-contents";
import { memberOf } from "@/lib/auth/members.queries";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { requestReset, resetPassword } from "@/lib/auth/reset.store";
import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { newId } from "@/lib/ids";
import { sendMails } from "@/lib/jobs/mail";
import { allUnsentMails, unsentMails, unsentMailsTo } from "@/lib/mail/mails.queries";
import { adoptMails, forgetOldMails, queueMail, retryMail } from "@/lib/mail/mails.store";
import { maintainQueues, takeJob } from "@/lib/queue/queue.store";
import { grantTeam } from "@/lib/scope";
import { mailServer } from "../support/mail-server";
import { jobStates, passMinutes } from "../support/queue";

const OLD = "correct horse battery";
const NEW = "other battery staple";
const MINUTE_MS = 60_000;
const NOW = Date.UTC(2026, 10, 27, 12);

let server: Awaited<ReturnType<typeof mailServer>>;
beforeAll(async () => {
  server = await mailServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await prisma().mail.deleteMany();
  await pool().query("DELETE FROM pgboss.job");
  server.received.length = 0;
  delete server.state.answer;
});

const send = (now: number, url = server.url()) =>
  sendMails(now, new AbortController().signal, {
    SMTP_URL: url,
    APP_URL: "https://analytics.example.com",
    MAIL_FROM: "Throughline <analytics@example.com>",
  });

let number = 0;
async function newMember() {
  const email = `mail${++number}@example.com`;
  const { memberId } = await signUp({ email, password: OLD, name: "Ada", projectName: "Shop" });
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId } });
  return { id: memberId, email, organizationId };
}

const asOwner = ({ id, organizationId }: { id: string; organizationId: string }) =>
  grantTeam(organizationId, id, "owner");

const tokenIn = (text: string): string => /\/reset\?token=(\S+)/.exec(text)?.[1] ?? "";

test("a forgotten password: the link arrives, works once, ends all log-ins and is followed by a notice", async () => {
  const member = await newMember();
  const verified = await verifyCredentials(member.email, OLD);
  if (!verified) throw new Error("they have just signed up");
  const logIn = await beginLogIn(verified, "Chrome", new Date());
  await requestReset(` ${member.email.toUpperCase()} `, new Date(NOW));
  await send(NOW);
  expect(server.received).toMatchObject([
    { to: member.email, from: "analytics@example.com", subject: "Choose a new password" },
  ]);
  const text = server.received[0]?.text ?? "";
  expect(text).toContain("https://analytics.example.com/reset?token=");
  const token = tokenIn(text);

  const later = new Date(NOW + 59 * MINUTE_MS);
  await expect(resetPassword(token, "short", later)).rejects.toMatchObject({ code: "unprocessable" });
  expect(await resetPassword(token, NEW, later)).toMatchObject({ id: member.id });
  expect(await memberOf(logIn.id)).toBeNull();
  expect(await verifyCredentials(member.email, OLD)).toBeNull();
  expect(await verifyCredentials(member.email, NEW)).not.toBeNull();
  await expect(resetPassword(token, OLD, later)).rejects.toMatchObject({ code: "not_found" });
  await send(later.getTime());
  expect(server.received[1]).toMatchObject({ to: member.email, subject: "Your password was changed" });
});

test("a link is invalid after an hour, with a changed or forged token, and once another one was used", async () => {
  const member = await newMember();
  await requestReset(member.email, new Date(NOW));
  await requestReset(member.email, new Date(NOW + 1));
  await send(NOW + 1);
  const [first = "", second = ""] = server.received.map(({ text }) => tokenIn(text));
  const late = new Date(NOW + 61 * MINUTE_MS);
  await expect(resetPassword(second, NEW, late)).rejects.toMatchObject({ code: "not_found" });
  for (const token of ["", "x", `${newId()}.x`, first.slice(0, -2), `${first}.`, `f${first.slice(1)}`])
    await expect(resetPassword(token, NEW, new Date(NOW)), token).rejects.toMatchObject({ code: "not_found" });
  await resetPassword(second, NEW, new Date(NOW));
  await expect(resetPassword(first, OLD, new Date(NOW))).rejects.toMatchObject({ code: "not_found" });
});

test("the database holds no token: a link's row does not open it", async () => {
  const member = await newMember();
  await requestReset(member.email, new Date(NOW));
  const mail = await prisma().mail.findFirstOrThrow();
  const links = await prisma().oneTimeLink.findMany({ where: { memberId: member.id } });
  await send(NOW);
  const [id, signature] = tokenIn(server.received[0]?.text ?? "").split(".");
  expect(links.map((link) => link.id)).toEqual([id]);
  expect(JSON.stringify([mail, links])).not.toContain(signature);
});

test("an unknown address gets no mail, and an inbox at most three links an hour", async () => {
  await requestReset("nobody@example.com", new Date(NOW));
  const member = await newMember();
  await Promise.all(Array.from({ length: 6 }, () => requestReset(member.email, new Date(NOW))));
  await send(NOW);
  expect(server.received.map(({ to }) => to)).toEqual([member.email, member.email, member.email]);
  await requestReset(member.email, new Date(NOW + 61 * MINUTE_MS));
  await send(NOW + 61 * MINUTE_MS);
  expect(server.received).toHaveLength(4);
});

const queue = (member: { organizationId: string; email: string }, now = NOW) =>
  queueMail(
    prisma(),
    {
      to: member.email,
      kind: "passwordChanged",
      data: { name: "Ada" },
      organizationId: member.organizationId,
    },
    new Date(now),
  );

test("while the mail server is unreachable or busy, a mail waits, is shown with the reason, and arrives once later", async () => {
  const member = await newMember();
  await queue(member);
  await send(NOW, "smtp://127.0.0.1:1");
  const [unsent] = await unsentMails(member.organizationId, new Date(NOW));
  expect(unsent?.fault).toBe("The mail server cannot be reached.");
  expect(unsent?.dueAt).toBeInstanceOf(Date);
  server.state.answer = { code: 451, message: "Greylisted, try later" };
  await send(NOW);
  expect((await unsentMails(member.organizationId, new Date(NOW)))[0]?.fault).toBe(unsent?.fault);
  await passMinutes(2);
  await send(NOW);
  const [waiting] = await unsentMails(member.organizationId, new Date(NOW));
  expect(waiting?.fault).toContain("Greylisted, try later");
  // The second pause is longer than the first.
  delete server.state.answer;
  await passMinutes(1);
  await send(NOW);
  expect(server.received).toEqual([]);
  await passMinutes(3);
  await send(NOW);
  await send(NOW);
  expect(server.received).toHaveLength(1);
  expect(await unsentMails(member.organizationId, new Date(NOW))).toEqual([]);
});

test("a mail that nobody tried to send is shown after a minute, in words for members: no server is set", async () => {
  const member = await newMember();
  await queue(member);
  await requestReset(member.email, new Date(NOW));
  const shownAt = async (at: number) => [
    await unsentMails(member.organizationId, new Date(at)),
    await unsentMailsTo(member.email, [], new Date(at)),
  ];
  expect(await shownAt(NOW + MINUTE_MS)).toEqual([[], []]);
  const [ofTeam, own] = await shownAt(NOW + MINUTE_MS + 1);
  const reason = "This instance cannot send mail yet.";
  expect(ofTeam).toMatchObject([{ kind: "passwordChanged", fault: reason, dueAt: new Date(NOW) }]);
  expect(own?.map(({ kind, fault }) => `${kind}: ${fault}`).sort()).toEqual([
    `passwordChanged: ${reason}`,
    `reset: ${reason}`,
  ]);
  await send(NOW + MINUTE_MS + 1);
  expect(await shownAt(NOW + 2 * MINUTE_MS)).toEqual([[], []]);
});

test("after the last attempt a mail is given up and shown, and not retried", async () => {
  const member = await newMember();
  await queue(member);
  for (let tries = 0; tries < 15; tries++) {
    await send(NOW, "smtp://127.0.0.1:1");
    await passMinutes(3 * 24 * 60);
  }
  expect(await jobStates("mail")).toEqual({ failed: 1 });
  expect(await jobStates("mail-dead")).toEqual({ completed: 1 });
  const [given] = await unsentMails(member.organizationId, new Date(NOW));
  expect(given).toMatchObject({ dueAt: null, sentAt: null, fault: "The mail server cannot be reached." });
  await send(NOW);
  expect(server.received).toEqual([]);
  await retryMail(asOwner(member), given?.id ?? "", new Date(NOW));
  await send(NOW);
  expect(server.received).toHaveLength(1);
});

/** A link that confirms an address, and its mail. */
async function askToConfirm(memberId: string, email: string): Promise<string> {
  const id = newId();
  const [createdAt, expiresAt] = [new Date(NOW), new Date(NOW + 60 * MINUTE_MS)];
  await prisma().oneTimeLink.create({ data: { id, purpose: "email", memberId, email, createdAt, expiresAt } });
  await queueMail(prisma(), { to: email, kind: "verify", data: { name: "Ada", linkId: id } }, createdAt);
  return id;
}

test("members see their own failed mails, the operator all; nobody sees what others sent to the address", async () => {
  const member = await newMember();
  const other = await newMember();
  await requestReset(member.email, new Date(NOW));
  const invitation = { organization: "Shop", inviter: "Eve", invitationId: newId() };
  await queueMail(
    prisma(),
    { to: member.email, kind: "invitation", data: invitation, organizationId: other.organizationId },
    new Date(NOW),
  );
  const wanted = "new@example.com";
  const [linkId] = await Promise.all([member, other].map((one) => askToConfirm(one.id, wanted)));
  expect(await unsentMailsTo(member.email, [], new Date(NOW))).toEqual([]);
  expect((await allUnsentMails()).map(({ fault, tries }) => [fault, tries])).toEqual(Array(4).fill([null, 0]));
  await send(NOW, "smtp://127.0.0.1:1");
  expect((await unsentMailsTo(member.email, [], new Date(NOW))).map(({ kind }) => kind)).toEqual(["reset"]);
  const own = await unsentMailsTo(member.email, [{ id: linkId ?? "", email: wanted }], new Date(NOW));
  expect(own.map(({ kind, recipient }) => [kind, recipient]).sort()).toEqual([
    ["reset", member.email],
    ["verify", wanted],
  ]);
  expect(own[0]?.fault).toBe("The mail server cannot be reached.");
  expect(await unsentMailsTo(other.email, [], new Date(NOW))).toEqual([]);
  expect((await allUnsentMails()).map(({ tries }) => tries)).toEqual([1, 1, 1, 1]);
});

test("a mail that waits for a mail server is given up after 30 days, shown for 30 more, and then forgotten", async () => {
  const member = await newMember();
  await requestReset(member.email, new Date(NOW));
  const days = (count: number) => new Date(NOW + count * 24 * 60 * MINUTE_MS);
  await forgetOldMails(days(29));
  expect(await allUnsentMails()).toMatchObject([{ dueAt: expect.any(Date), fault: null }]);
  await forgetOldMails(days(31));
  const [given] = await unsentMailsTo(member.email, [], new Date(NOW));
  expect(given).toMatchObject({ dueAt: null, fault: "It was not sent within 30 days." });
  await send(NOW);
  expect(server.received).toEqual([]);
  expect(await jobStates("mail")).toEqual({ completed: 1 });
  await forgetOldMails(days(59));
  expect(await allUnsentMails()).toHaveLength(1);
  await forgetOldMails(days(61));
  expect(await allUnsentMails()).toEqual([]);
});

test("no mail is deleted before it was shown as given up, however long no process ran", async () => {
  const member = await newMember();
  await requestReset(member.email, new Date(NOW));
  const later = new Date(NOW + 100 * 24 * 60 * MINUTE_MS);
  await forgetOldMails(later);
  expect(await unsentMailsTo(member.email, [], new Date(NOW))).toMatchObject([
    { dueAt: null, fault: expect.any(String) },
  ]);
  await forgetOldMails(later);
  expect(await allUnsentMails()).toEqual([]);
});

test("a mail whose link is no longer valid is given up with the reason, not sent", async () => {
  const member = await newMember();
  await requestReset(member.email, new Date(NOW));
  const invitation = { organization: "Shop", inviter: "Ada", invitationId: newId() }; // withdrawn
  await queueMail(prisma(), { to: member.email, kind: "invitation", data: invitation }, new Date(NOW));
  await queue(member);
  await send(NOW + 61 * MINUTE_MS);
  expect(server.received.map(({ subject }) => subject)).toEqual(["Your password was changed"]);
  const unsent = await allUnsentMails();
  expect(unsent.map(({ kind }) => kind).sort()).toEqual(["invitation", "reset"]);
  for (const { dueAt, fault } of unsent)
    expect([dueAt, fault]).toEqual([null, "The link in it is no longer valid, so it was not sent."]);
  expect(await jobStates("mail")).toEqual({ completed: 3 });
});

test("a sent mail is forgotten after 30 days", async () => {
  const member = await newMember();
  await requestReset(member.email, new Date(NOW));
  await send(NOW);
  const days = (count: number) => new Date(NOW + count * 24 * 60 * MINUTE_MS);
  await forgetOldMails(days(29));
  expect(await prisma().mail.count()).toBe(1);
  await forgetOldMails(days(31));
  expect(await prisma().mail.count()).toBe(0);
});

test("a mail is queued exactly if its transaction commits", async () => {
  const member = await newMember();
  const undone = prisma().$transaction(async (tx) => {
    await queueMail(tx, { to: member.email, kind: "passwordChanged", data: { name: "Ada" } }, new Date(NOW));
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  expect(await jobStates("mail")).toEqual({});
  await prisma().$transaction((tx) =>
    queueMail(tx, { to: member.email, kind: "passwordChanged", data: { name: "Ada" } }, new Date(NOW)),
  );
  expect(await jobStates("mail")).toEqual({ created: 1 });
  await send(NOW);
  expect(server.received).toHaveLength(1);
});

test("mails queued by an older version are sent too, unless that version is sending them", async () => {
  const member = await newMember();
  for (let n = 0; n < 3; n++) await queue(member);
  await pool().query("DELETE FROM pgboss.job");
  const [first, second] = (await prisma().mail.findMany()).map(({ id }) => id);
  // A mail as an older version claims it, and one that it failed to send and that waits.
  const claim = "UPDATE mails SET tries = 1, due_at = now() + interval '10 minutes' WHERE id = ANY($1)";
  await pool().query(claim, [[first, second]]);
  await adoptMails(pool());
  await adoptMails(pool());
  await send(NOW);
  expect(server.received).toHaveLength(1);
  await pool().query("UPDATE mails SET sent_at = now(), due_at = NULL WHERE id = $1", [first]);
  await passMinutes(11);
  await send(NOW);
  expect(server.received).toHaveLength(2);
  expect(await jobStates("mail")).toEqual({ completed: 3 });
});

test("an address the server rejects permanently is given up at once, and retried on request", async () => {
  const member = await newMember();
  await queue(member);
  server.state.answer = { code: 550, message: "No such mailbox" };
  await send(NOW);
  const [given] = await unsentMails(member.organizationId, new Date(NOW));
  expect(given).toMatchObject({ dueAt: null, sentAt: null });
  delete server.state.answer;
  const stranger = await newMember();
  await retryMail(asOwner(stranger), given?.id ?? "", new Date(NOW));
  await send(NOW);
  expect(server.received).toEqual([]);
  await retryMail(asOwner(member), given?.id ?? "", new Date(NOW));
  await send(NOW);
  expect(server.received).toHaveLength(1);
});

test("a wrong password for the mail server is reported, and loses no mail", async () => {
  const member = await newMember();
  await queue(member);
  await send(NOW, server.url("u:wrong@"));
  expect((await unsentMails(member.organizationId, new Date(NOW)))[0]?.fault).toContain("user name or password");
  await passMinutes(2);
  await send(NOW, server.url("u:right@"));
  expect(server.received).toHaveLength(1);
});

test("two processes send each mail once; if one dies, the other sends its mails", async () => {
  const member = await newMember();
  for (let n = 0; n < 8; n++) await queue(member, NOW + n);
  await Promise.all([send(NOW + 10), send(NOW + 10), send(NOW + 10)]);
  expect(server.received).toHaveLength(8);
  expect(new Set(server.received.map(({ messageId }) => messageId)).size).toBe(8);

  await queue(member);
  expect(await takeJob("mail")).not.toBeNull();
  await passMinutes(9);
  await maintainQueues();
  await send(NOW);
  expect(server.received).toHaveLength(8);
  await passMinutes(2);
  await maintainQueues();
  await passMinutes(2);
  await send(NOW);
  expect(server.received).toHaveLength(9);
});

test("“Try again” does not send a mail that is already being sent", async () => {
  const member = await newMember();
  await queue(member);
  await send(NOW, "smtp://127.0.0.1:1");
  await passMinutes(2);
  const job = await takeJob("mail");
  await retryMail(asOwner(member), job?.id ?? "", new Date(NOW));
  await send(NOW);
  expect(server.received).toEqual([]);
  expect(await jobStates("mail")).toEqual({ active: 1 });
});

test("names cannot put lines or links of their own into our mails", () => {
  const data = {
    organization: "Shop\r\nBcc: all@example.com",
    inviter: "Ada\n\nClick https://evil.example/now",
    invitationId: newId(),
  };
  const letter = mailContent("invitation", data, "https://a.example");
  expect(letter?.subject).not.toMatch(/[\r\n]/);
  expect(letter?.text).not.toContain("evil.example");
  expect(letter?.text.match(/https?:/g)).toEqual(["https:"]);
  expect(mailContent("unheard-of", data, "https://a.example")).toBeNull();
  expect(mailContent("toString", {}, "https://a.example")).toBeNull();
  expect(mailContent("reset", { name: 1 }, "https://a.example")).toBeNull();
});
