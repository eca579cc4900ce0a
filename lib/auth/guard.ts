import "server-only";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import type { Member, MemberIn, Within } from "@/lib/auth/members.queries";
import { isPausedHere } from "@/lib/auth/paused";
import { currentMember, currentMemberIn } from "@/lib/auth/session";
import { AppError } from "@/lib/errors";
import { roleInOrganization } from "@/lib/organizations/team.queries";
import { PERMISSIONS, type Permission, permits, permitsTeam, type TeamPermission } from "@/lib/permissions";
import { grantScope, grantTeam, type Scope, type TeamScope } from "@/lib/scope";

/**
 * `may`: what the member may do here, so that screens offer only that; the scope is the proof. `team`: null for members
 * who may not change the organization.
 */
export type Access<P extends Permission = "view"> = Within & {
  scope: Scope<P>;
  member: Member;
  may: Record<Permission, boolean>;
  team: TeamScope | null;
};

/** Everything; each guard below narrows it to what it checked. */
type Full = Access<"manage">;

/**
 * The guard of every page of a project; each of them calls it, because layouts do not run again on navigation.
 * Redirects signed-out visitors to /login; a project without access is a 404, just like one that does not exist. In the
 * hosted edition, redirects to /paused when a plan is missing for long. One statement, once a request.
 */
export const requireMember = (projectId: string): Promise<Access> => opened(projectId);

/** The guard of a page for changing something: 404 without the permission. */
export async function requirePage<P extends Permission>(projectId: string, permission: P): Promise<Access<P>>;
export async function requirePage(projectId: string, permission: Permission): Promise<Full> {
  const access = await opened(projectId);
  return access.may[permission] ? access : notFound();
}

/**
 * The guard of every action that changes something: like requireMember, and throws `forbidden` without the permission.
 */
export async function requirePermission<P extends Permission>(projectId: string, permission: P): Promise<Access<P>>;
export async function requirePermission(projectId: string, permission: Permission): Promise<Full> {
  return permitted(await opened(projectId), permission);
}

/** The guard of JSON routes: throws `unauthorized`, `not_found` and `forbidden` instead of redirecting. */
export async function requireMemberApi(projectId: string): Promise<Access>;
export async function requireMemberApi<P extends Permission>(projectId: string, permission: P): Promise<Access<P>>;
export async function requireMemberApi(projectId: string, permission: Permission = "view"): Promise<Full> {
  const found = await currentMemberIn(projectId);
  if (!found) throw new AppError("unauthorized", "You are logged out. Log in again.");
  const access = accessOf(found);
  if (!access) throw new AppError("not_found", "There is no such project, or you are not a member of it.");
  if (await isPausedHere(access.organizationId))
    throw new AppError("forbidden", "Reading is paused until there is a plan.");
  return permitted(access, permission);
}

/** The guard of actions on a project's organization; throws `forbidden` without the permission. */
export async function requireTeam<P extends TeamPermission>(
  projectId: string,
  permission: P,
): Promise<Omit<Access, "team"> & { team: TeamScope<P> }>;
export async function requireTeam(
  projectId: string,
  permission: TeamPermission,
): Promise<Omit<Access, "team"> & { team: TeamScope<"own"> }> {
  const access = await opened(projectId);
  return { ...access, team: teamOf(access, permission) ?? refuse(permission) };
}

/** Like requireTeam, for pages: 404 without the permission. */
export async function requireTeamPage<P extends TeamPermission>(
  projectId: string,
  permission: P,
): Promise<Omit<Access, "team"> & { team: TeamScope<P> }>;
export async function requireTeamPage(
  projectId: string,
  permission: TeamPermission,
): Promise<Omit<Access, "team"> & { team: TeamScope<"own"> }> {
  const access = await opened(projectId);
  return { ...access, team: teamOf(access, permission) ?? notFound() };
}

/** Like requireTeam, for an organization of the member's that may be deleted; throws `not_found` for any other. */
export async function requireTeamOf<P extends TeamPermission>(
  organizationId: string,
  permission: P,
): Promise<TeamScope<P>>;
export async function requireTeamOf(organizationId: string, permission: TeamPermission): Promise<TeamScope<"own">> {
  const member = await requireLogin("/account");
  const teamRole = await roleInOrganization(organizationId, member.id);
  if (!teamRole) throw new AppError("not_found", "There is no such organization, or you are not a member of it.");
  return teamOf({ organizationId, member, teamRole }, permission) ?? refuse(permission);
}

/** The logged-in member, whatever their projects. */
export async function requireLogin(next: string): Promise<Member> {
  return (await currentMember()) ?? redirect(`/login?next=${encodeURIComponent(next)}`);
}

const opened = cache(async (projectId: string): Promise<Full> => {
  const found = await currentMemberIn(projectId);
  if (!found) redirect(`/login?next=${encodeURIComponent(`/${projectId}/users`)}`);
  const access = accessOf(found) ?? notFound();
  if (await isPausedHere(access.organizationId)) redirect(`/${access.project.id}/paused`);
  return access;
});

function accessOf({ member, within }: MemberIn): Full | null {
  if (!within) return null;
  const scope = grantScope(within.project.id, `member:${member.id}`, within.organizationId);
  const may = Object.fromEntries(PERMISSIONS.map((one) => [one, permits(within.role, one)])) as Full["may"];
  return { scope, member, may, ...within, team: teamOf({ ...within, member }, "administer") };
}

const teamOf = (
  { organizationId, member, teamRole }: Pick<Access, "organizationId" | "member" | "teamRole">,
  permission: TeamPermission,
): TeamScope<"own"> | null =>
  permitsTeam(teamRole, permission) ? grantTeam(organizationId, member.id, teamRole) : null;

function permitted(access: Full, permission: Permission): Full {
  if (access.may[permission]) return access;
  const who = permission === "edit" ? "editors, admins and owners" : "owners and admins";
  throw new AppError("forbidden", `Only ${who} may do this. Ask one of them.`);
}

function refuse(permission: TeamPermission): never {
  const who = permission === "own" ? "owners" : "owners and admins of the organization";
  throw new AppError("forbidden", `Only ${who} may do this. Ask one of them.`);
}
