import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { letterOf } from "@/lib/auth/letters";
import { beginLogIn } from "@/lib/auth/log-ins.store";
import { memberOf } from "@/lib/auth/members.queries";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { requestReset, resetPassword } from "@/lib/auth/reset.store";
import { prisma } from "@/lib/db/prisma";
import { newId } from "@/lib/ids";
import { sendMails } from "@/lib/jobs/mail";
import { unsentMails } from "@/lib/mail/mails.queries";
import { queueMail, retryMail } from "@/lib/mail/mails.store";
import { grantTeam } from "@/lib/scope";
import { mailServer } from "../support/mail-server";

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

test("a link is over after an hour, for a changed or forged token, and once another one was used", async () => {
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

test("the database holds no token: what is stored of a link does not open it", async () => {
  const member = await newMember();
  await requestReset(member.email, new Date(NOW));
  const mail = await prisma().mail.findFirstOrThrow();
  const links = await prisma().oneTimeLink.findMany({ where: { memberId: member.id } });
  await send(NOW);
  const [id, signature] = tokenIn(server.received[0]?.text ?? "").split(".");
  expect(links.map((link) => link.id)).toEqual([id]);
  expect(JSON.stringify([mail, links])).not.toContain(signature);
});

test("nobody's address gets no mail, and an inbox three links an hour at most", async () => {
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
      kind: "invitation",
      data: { organization: "Shop", inviter: "Ada", invitationId: newId() },
      organizationId: member.organizationId,
    },
    new Date(now),
  );

test("a server that is away or busy: the mail waits, is shown with the reason, and arrives later, once", async () => {
  const member = await newMember();
  await queue(member);
  await send(NOW, "smtp://127.0.0.1:1");
  expect(await unsentMails(member.organizationId)).toMatchObject([
    { fault: "The mail server in SMTP_URL cannot be reached.", dueAt: new Date(NOW + MINUTE_MS) },
  ]);
  server.state.answer = { code: 451, message: "Greylisted, try later" };
  await send(NOW + 30_000);
  expect(server.received).toEqual([]);
  await send(NOW + MINUTE_MS);
  const [waiting] = await unsentMails(member.organizationId);
  expect(waiting?.fault).toContain("Greylisted, try later");
  expect(waiting?.dueAt?.getTime()).toBe(NOW + 6 * MINUTE_MS);
  delete server.state.answer;
  await send(NOW + 7 * MINUTE_MS);
  await send(NOW + 60 * MINUTE_MS);
  expect(server.received).toHaveLength(1);
  expect(await unsentMails(member.organizationId)).toEqual([]);
});

test("an address the server refuses for ever is given up at once, and tried again when somebody says so", async () => {
  const member = await newMember();
  await queue(member);
  server.state.answer = { code: 550, message: "No such mailbox" };
  await send(NOW);
  const [given] = await unsentMails(member.organizationId);
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

test("a wrong password for the mail server is said so, and costs no mail", async () => {
  const member = await newMember();
  await queue(member);
  await send(NOW, server.url("u:wrong@"));
  expect((await unsentMails(member.organizationId))[0]?.fault).toContain("user name or password");
  await send(NOW + MINUTE_MS, server.url("u:right@"));
  expect(server.received).toHaveLength(1);
});

test("two processes at once send each mail once; one that died leaves its mails to the others", async () => {
  const member = await newMember();
  for (let n = 0; n < 8; n++) await queue(member, NOW + n);
  await Promise.all([send(NOW + 10), send(NOW + 10), send(NOW + 10)]);
  expect(server.received).toHaveLength(8);
  expect(new Set(server.received.map(({ messageId }) => messageId)).size).toBe(8);

  await queue(member);
  const { claimDueMails } = await import("@/lib/mail/mails.store");
  expect(await claimDueMails(10, new Date(NOW))).toHaveLength(1);
  await send(NOW + 9 * MINUTE_MS);
  expect(server.received).toHaveLength(8);
  await send(NOW + 11 * MINUTE_MS);
  expect(server.received).toHaveLength(9);
});

test("names cannot put lines or links of their own into our mails", () => {
  const data = {
    organization: "Shop\r\nBcc: all@example.com",
    inviter: "Ada\n\nClick https://evil.example/now",
    invitationId: newId(),
  };
  const letter = letterOf("invitation", data, "https://a.example");
  expect(letter?.subject).not.toMatch(/[\r\n]/);
  expect(letter?.text).not.toContain("evil.example");
  expect(letter?.text.match(/https?:/g)).toEqual(["https:"]);
  expect(letterOf("unheard-of", data, "https://a.example")).toBeNull();
  expect(letterOf("toString", {}, "https://a.example")).toBeNull();
  expect(letterOf("reset", { name: 1 }, "https://a.example")).toBeNull();
});
