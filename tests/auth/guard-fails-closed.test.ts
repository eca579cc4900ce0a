import { beforeAll, expect, test } from "vitest";
import {
  requireLogin,
  requireMember,
  requireMemberApi,
  requireMemberOrGuest,
  requireMemberOrGuestApi,
  requirePage,
  requirePermission,
  requireRecent,
  requireTeam,
  requireTeamOf,
  requireTeamPage,
} from "@/lib/auth/guard";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { startSession } from "@/lib/auth/session";
import { prisma } from "@/lib/db/prisma";

/** Each guard, called by an owner while what it asks cannot be answered. */

let projectId: string;
let organizationId: string;

beforeAll(async () => {
  const who = { email: "closed@example.com", password: "correct horse battery" };
  ({ projectId } = await signUp({ ...who, name: "Ada", projectName: "Shop" }));
  const member = await verifyCredentials(who.email, who.password);
  if (!member) throw new Error("they have just signed up");
  ({ organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId: member.id } }));
  await startSession(member, "x");
});

const GUARDS: Record<string, () => Promise<unknown>> = {
  requireMember: () => requireMember(projectId),
  requireMemberOrGuest: () => requireMemberOrGuest(projectId),
  requirePage: () => requirePage(projectId, "manage"),
  requirePermission: () => requirePermission(projectId, "edit", null),
  requireMemberApi: () => requireMemberApi(projectId),
  requireMemberOrGuestApi: () => requireMemberOrGuestApi(projectId),
  requireTeam: () => requireTeam(projectId, "administer", null),
  requireTeamPage: () => requireTeamPage(projectId, "own"),
  requireTeamOf: () => requireTeamOf(organizationId, "own"),
  requireLogin: () => requireLogin("/account"),
  requireRecent: () => requireRecent(),
};

const renamed = (table: string, to: string) => prisma().$executeRawUnsafe(`ALTER TABLE ${table} RENAME TO ${to}`);

test("an owner passes each guard, so the refusals below come from the fault", async () => {
  for (const [name, guard] of Object.entries(GUARDS)) await expect(guard(), name).resolves.not.toThrow();
});

test("while the database is unreachable, no guard lets anybody in", async () => {
  await renamed("log_ins", "log_ins_away");
  try {
    for (const [name, guard] of Object.entries(GUARDS)) await expect(guard(), name).rejects.toThrow();
  } finally {
    await renamed("log_ins_away", "log_ins");
  }
  for (const [name, guard] of Object.entries(GUARDS)) await expect(guard(), name).resolves.not.toThrow();
});
