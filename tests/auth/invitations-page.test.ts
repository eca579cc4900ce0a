import { beforeAll, beforeEach, expect, test } from "vitest";
import { withdrawAction } from "@/app/(app)/[project]/settings/team/invitation-actions";
import TeamPage from "@/app/(app)/[project]/settings/team/page";
import { invitationOf } from "@/lib/auth/invitations.queries";
import { invite, joinByInvitation } from "@/lib/auth/invitations.store";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { tokenOf } from "@/lib/auth/one-time-links";
import { startSession } from "@/lib/auth/session";
import { config } from "@/lib/config";
import { prisma } from "@/lib/db/prisma";
import { IDLE } from "@/lib/http/form";
import { setRole } from "@/lib/organizations/team.store";
import type { Role } from "@/lib/permissions";
import { grantTeam } from "@/lib/scope";
import { textsOf } from "../scope/tree";
import { browser } from "../support/browser";
import { htmlOf, seenIn } from "../support/html";

/** What members see of each other's invitations in Settings, Team: everything but the links. */

const PASSWORD = "correct horse battery";
const NOW = new Date();
type Person = { id: string; email: string; name: string };
let projectId: string;
let organizationId: string;
let olga: Person;
let anna: Person;
let boris: Person;

const teamOf = ({ id }: Person, role: Role) => grantTeam(organizationId, id, role);

beforeAll(async () => {
  const email = "olga@example.com";
  const made = await signUp({ email, password: PASSWORD, name: "Olga", projectName: "Shop" });
  ({ projectId } = made);
  olga = { id: made.memberId, email, name: "Olga" };
  ({ organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId: olga.id } }));
  const join = async (name: string, role: Role): Promise<Person> => {
    const id = await invite(teamOf(olga, "owner"), "Olga", { email: "", role }, false, NOW);
    const input = { email: `${name.toLowerCase()}@example.com`, name, password: PASSWORD };
    return { ...(await joinByInvitation(tokenOf("invitation", id), input, false, NOW)), name };
  };
  anna = await join("Anna", "admin");
  boris = await join("Boris", "admin");
});

beforeEach(async () => {
  await prisma().invitation.deleteMany();
  await setRole(teamOf(olga, "owner"), anna.id, "admin");
});

async function become({ email }: Person): Promise<void> {
  browser.cookies.clear();
  const member = await verifyCredentials(email, PASSWORD);
  if (member) await startSession(member, "Chrome");
}

/** The page for somebody: what they see, and everything that their browser is sent. */
async function openedBy(person: Person): Promise<{ seen: string; sent: string }> {
  await become(person);
  const page = () => TeamPage({ params: Promise.resolve({ project: projectId }) });
  return { seen: seenIn(await htmlOf(await page())), sent: await textsOf(await page()) };
}

/** Whether what was sent contains any part of a link that opens the invitation: its signature is the secret. */
const holdsLink = (sent: string, id: string): boolean =>
  sent.includes("/invite/") || sent.includes(tokenOf("invitation", id).split(".")[1] ?? "?");

test("an admin sees another admin's invitations with role, sender and end, and the link of none", async () => {
  const open = await invite(teamOf(anna, "admin"), "Anna", { email: "", role: "viewer" }, false, NOW);
  const named = await invite(teamOf(anna, "admin"), "Anna", { email: "guest@example.com", role: "editor" }, false, NOW);
  const { seen, sent } = await openedBy(boris);
  expect(seen).toMatch(/guest@example\.com Editor Link passed on by Anna, valid until \d/);
  expect(seen).toMatch(/Anybody with the link Viewer Link passed on by Anna, valid until \d/);
  for (const id of [open, named]) expect(holdsLink(sent, id)).toBe(false);
  const own = await openedBy(anna);
  for (const id of [open, named]) expect(own.sent).toContain(`/invite/${tokenOf("invitation", id)}`);
  expect(own.seen).not.toContain("passed on by");
});

test("an owner sees no links of an admin either, nor an admin those of an owner", async () => {
  const ofAdmin = await invite(teamOf(anna, "admin"), "Anna", { email: "", role: "admin" }, false, NOW);
  expect(holdsLink((await openedBy(olga)).sent, ofAdmin)).toBe(false);
  await prisma().invitation.deleteMany();
  const ofOwner = await invite(teamOf(olga, "owner"), "Olga", { email: "", role: "owner" }, false, NOW);
  const { seen, sent } = await openedBy(anna);
  expect(seen).toMatch(/Anybody with the link Owner Link passed on by Olga, valid until \d/);
  expect(holdsLink(sent, ofOwner)).toBe(false);
});

test("where mail is sent, the links of mailed invitations are shown to nobody", async () => {
  const before = { ...config() };
  Object.assign(config(), { SMTP_URL: "smtp://127.0.0.1:1", APP_URL: "http://localhost" });
  try {
    const id = await invite(teamOf(anna, "admin"), "Anna", { email: "g@example.com", role: "editor" }, true, NOW);
    for (const person of [anna, boris, olga]) {
      const { seen, sent } = await openedBy(person);
      expect(seen).toMatch(/g@example\.com Editor Mailed, valid until \d/);
      expect(holdsLink(sent, id), person.name).toBe(false);
    }
  } finally {
    Object.assign(config(), before);
  }
});

test("an admin withdraws another admin's invitation, and a viewer sees none", async () => {
  const id = await invite(teamOf(anna, "admin"), "Anna", { email: "v@example.com", role: "viewer" }, false, NOW);
  await become(boris);
  const form = new FormData();
  for (const [name, value] of Object.entries({ projectId, invitationId: id })) form.set(name, value);
  await setRole(teamOf(olga, "owner"), boris.id, "viewer");
  expect((await openedBy(boris)).sent).not.toContain("v@example.com");
  expect(await withdrawAction(IDLE, form)).toMatchObject({ status: "failed", code: "forbidden" });
  expect(await invitationOf(tokenOf("invitation", id), NOW)).not.toBeNull();
  await setRole(teamOf(olga, "owner"), boris.id, "admin");
  expect(await withdrawAction(IDLE, form)).toMatchObject({ status: "done" });
  expect(await invitationOf(tokenOf("invitation", id), NOW)).toBeNull();
});

test("an invitation whose sender may not give its role any more says so, and shows its link to nobody", async () => {
  const id = await invite(teamOf(anna, "admin"), "Anna", { email: "", role: "admin" }, false, NOW);
  await setRole(teamOf(olga, "owner"), anna.id, "editor");
  const { seen, sent } = await openedBy(boris);
  expect(seen).toContain("No longer valid: Anna may no longer give this role");
  expect(holdsLink(sent, id)).toBe(false);
  expect((await openedBy(anna)).sent).not.toContain(tokenOf("invitation", id));
});
