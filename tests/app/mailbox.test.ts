import { afterEach, beforeEach, expect, test } from "vitest";
import MailboxPage from "@/app/mailbox/page";
import { invitationOf } from "@/lib/auth/invitations.queries";
import { invite } from "@/lib/auth/invitations.store";
import { signUp } from "@/lib/auth/members.store";
import { findLink } from "@/lib/auth/one-time-links.store";
import { requestReset } from "@/lib/auth/reset.store";
import { findSignUp, requestSignUp } from "@/lib/auth/sign-ups.store";
import { config } from "@/lib/config";
import { prisma } from "@/lib/db/prisma";
import { newId } from "@/lib/ids";
import { queueMail } from "@/lib/mail/mails.store";
import { grantTeam } from "@/lib/scope";
import { browser } from "../support/browser";
import { htmlOf, seenIn } from "../support/html";

/** The mailbox of development, which has everybody's links. */

const NOW = new Date();
const HOST = "localhost:3000";
const before = { ...config() };
const configure = (changes: { NODE_ENV: "development" | "production" | "test"; SMTP_URL?: string }) =>
  Object.assign(config(), changes);

beforeEach(async () => {
  browser.headers = new Headers({ host: HOST });
  await prisma().mail.deleteMany();
  configure({ NODE_ENV: "development" });
});
afterEach(() => Object.assign(config(), before));

const page = async (): Promise<string> => htmlOf(await MailboxPage());
/** The links to pages of that path, with their tokens. */
const tokensIn = (html: string, path: string): string[] =>
  [...html.matchAll(/href="([^"]*)"/g)].flatMap(([, href = ""]) => {
    const url = new URL(href);
    if (!url.pathname.startsWith(path)) return [];
    expect(url.host).toBe(HOST);
    return [url.searchParams.get("token") ?? url.pathname.slice(path.length + 1)];
  });

let number = 0;
async function member() {
  const email = `mailbox${++number}@example.com`;
  const { memberId } = await signUp({ email, password: "correct horse battery", name: "Ada", projectName: "Shop" });
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId } });
  return { email, memberId, team: grantTeam(organizationId, memberId, "owner") };
}

test("without mails it says why there are none", async () => {
  expect(seenIn(await page())).toContain("No mail yet. In development, mail is shown here instead of being sent.");
});

test("it shows every mail as its recipient would get it, newest first, and its links work", async () => {
  const { email, team } = await member();
  const newcomer = { email: "new@example.com", name: "Nia", password: "tall paper lantern", projectName: "Shop" };
  await requestReset(email, new Date(NOW.getTime() - 2_000));
  await requestSignUp({ ...newcomer, invitationId: null }, new Date(NOW.getTime() - 1_000));
  await invite(team, "Ada", { email: "guest@example.com", role: "viewer" }, true, NOW);
  const html = await page();
  const seen = seenIn(html);
  const order = [
    "To guest@example.com",
    "Ada",
    "To new@example.com",
    "Create your Throughline account",
    `To ${email}`,
    "Choose a new password",
  ].map((text) => seen.indexOf(text));
  expect(order).not.toContain(-1);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(await findLink("reset", tokensIn(html, "/reset")[0] ?? "", NOW)).toMatchObject({ email });
  expect(await findSignUp(tokensIn(html, "/signup/confirm")[0] ?? "", NOW)).toMatchObject({ email: newcomer.email });
  expect(await invitationOf(tokensIn(html, "/invite")[0] ?? "", NOW)).toMatchObject({ email: "guest@example.com" });
});

test("text of others adds no markup, and a mail of a newer version is named", async () => {
  const name = '<img src=x onerror=alert(1)> javascript:alert(1) <a href="https://evil.example">';
  await queueMail(prisma(), { to: "ada@example.com", kind: "passwordChanged", data: { name } }, NOW);
  const unknown = { id: newId(), recipient: "bea@example.com", kind: "later", data: {}, createdAt: NOW, dueAt: NOW };
  await prisma().mail.create({ data: unknown });
  const html = await page();
  expect(html).not.toContain("<img");
  expect(html).not.toMatch(/href="(?!https?:)/);
  expect(seenIn(html)).toContain("An e-mail of an unknown kind: later");
});

test("it shows the newest fifty", async () => {
  for (let n = 0; n < 52; n++)
    await queueMail(
      prisma(),
      { to: `m${n}@example.com`, kind: "passwordChanged", data: { name: "Ada" } },
      new Date(NOW.getTime() + n * 1_000),
    );
  const shown = [...seenIn(await page()).matchAll(/To m(\d+)@/g)].map(([, n]) => Number(n));
  expect(shown).toEqual(Array.from({ length: 50 }, (_, n) => 51 - n));
});

test.each([
  ["in production", { NODE_ENV: "production" }],
  ["in production with a mail server", { NODE_ENV: "production", SMTP_URL: "smtp://127.0.0.1:1" }],
  ["in tests", { NODE_ENV: "test" }],
  ["in development with a mail server", { NODE_ENV: "development", SMTP_URL: "smtp://127.0.0.1:1" }],
] as const)("%s there is no mailbox, whatever waits in it", async (_, changes) => {
  const { email } = await member();
  await requestReset(email, NOW);
  configure(changes);
  await expect(page()).rejects.toMatchObject({ digest: expect.stringContaining("404") });
});
