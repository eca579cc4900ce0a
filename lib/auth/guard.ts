import "server-only";
import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { recordAccess } from "@/lib/access-log/access-log.store";
import type { ActOf } from "@/lib/access-log/acts";
import { openedRoute } from "@/lib/access-log/routes";
import { admitGuest, admitGuestToPage } from "@/lib/auth/guest";
import { isRecent } from "@/lib/auth/log-ins.queries";
import type { Member, MemberIn, RolesInProject } from "@/lib/auth/members.queries";
import { currentLogIn, currentMember, currentMemberIn } from "@/lib/auth/session";
import { NEEDS_TWO_FACTORS, refuseLockedOut } from "@/lib/auth/two-factor.queries";
import { AppError } from "@/lib/errors";
import { MAY_LAG_HEADER } from "@/lib/http/own-change";
import { PREFETCH_HEADER } from "@/lib/http/prefetch";
import { GIVEN_HEADER, PATH_HEADER } from "@/lib/http/requested-path";
import { roleInOrganization } from "@/lib/organizations/team.queries";
import { type Permission, permitsTeam, rightsOf, type TeamPermission } from "@/lib/permissions";
import { entitlementOf } from "@/lib/plans/entitlements.store";
import { isPausedAt } from "@/lib/plans/plans";
import { type GuestProject, guestProject } from "@/lib/projects/guest-project.queries";
import { isProjectOf } from "@/lib/projects/projects.queries";
import { grantScope, grantTeam, type Scope, SEES_ALL, SEES_MASKED, type TeamScope } from "@/lib/scope";

/**
 * A member's access to a project. `may`: what they may do here, so that screens offer only that; the scope is the
 * proof. `team`: null for members who may not change the organization.
 */
export type Access<P extends Permission = "view"> = RolesInProject & {
  scope: Scope<P>;
  member: Member;
  may: Record<Permission, boolean>;
  team: TeamScope | null;
};

/** Read access, also for guests of the public demo. `member` is null for a guest. */
export type Viewing = Omit<Access, "member"> & { member: Member | null };

/** Each guard below narrows full access to what it checked. */
type FullAccess = Access<"manage">;

/**
 * An action's entry in the access log; null if the function that the action calls writes the entry, as only it knows
 * the result. `person`: a ref, `account`: an id; without either, those in the address of the page that called the
 * action.
 */
export type Doing =
  | ActOf<"change" | "view" | "search">
  | { act: ActOf<"change" | "view" | "search">; person?: string; account?: string }
  | null;

/**
 * The guard of every page of a project; each of them calls it, because layouts do not run again on navigation.
 * Redirects visitors without a log-in to /login, and members with one factor to /account where the organization demands
 * two; a project they may not open is a 404, just like one that does not exist. In the hosted edition, redirects to
 * /paused once an organization has been without a plan for too long. One statement, once a request. Records the page's
 * address in the access log, and `doing`, what an action does.
 */
export async function requireMember(projectId: string, doing: Doing = null): Promise<Access> {
  const access = await pageAccess(projectId);
  await recordAct(access.scope, doing);
  return access;
}

/**
 * Like requireMember, but also admits guests, who have no account or no access, to the one project the operator opened
 * (`npm run demo -- --public`), read-only. Only for what strangers may see: no keys, members, settings or downloads.
 * The access log does not record guests.
 */
export async function requireMemberOrGuest(projectId: string, doing: Doing = null): Promise<Viewing> {
  const guest = await guestOf(projectId);
  return guest ?? requireMember(projectId, doing);
}

/** The guard of pages on which something is changed: 404 without the permission. */
export async function requirePage<P extends Permission>(projectId: string, permission: P): Promise<Access<P>>;
export async function requirePage(projectId: string, permission: Permission): Promise<FullAccess> {
  const access = await pageAccess(projectId);
  return access.may[permission] ? access : notFound();
}

/**
 * The guard of every action that changes something: like requireMember, and throws `forbidden` without the permission.
 * `doing` goes into the access log.
 */
export async function requirePermission<P extends Permission>(
  projectId: string,
  permission: P,
  doing: Doing,
): Promise<Access<P>>;
export async function requirePermission(projectId: string, permission: Permission, doing: Doing): Promise<FullAccess> {
  const access = requirePermitted(await pageAccess(projectId), permission);
  await recordAct(access.scope, doing);
  return access;
}

/** The guard of JSON routes: throws `unauthorized`, `not_found` and `forbidden` instead of redirecting. */
export async function requireMemberApi(projectId: string): Promise<Access>;
export async function requireMemberApi<P extends Permission>(projectId: string, permission: P): Promise<Access<P>>;
export async function requireMemberApi(projectId: string, permission: Permission = "view"): Promise<FullAccess> {
  const found = await cachedMemberIn(projectId);
  if (!found) throw new AppError("unauthorized", "You are logged out. Log in again.");
  const access = accessOf(found, await mayLag());
  if (!access) throw new AppError("not_found", "There is no such project, or you are not a member of it.");
  if (found.isLockedOut) throw new AppError("forbidden", NEEDS_TWO_FACTORS);
  if (await isPausedHere(access.organizationId))
    throw new AppError("forbidden", "Reading is paused until there is a plan.");
  const granted = requirePermitted(access, permission);
  await recordOpened(granted.scope, permission === "edit" ? "POST" : "GET");
  return granted;
}

/** requireMemberOrGuest for JSON routes. */
export async function requireMemberOrGuestApi(projectId: string): Promise<Viewing> {
  const open = await openProject(projectId);
  return open ? guestAccess(open, await admitGuest()) : requireMemberApi(projectId);
}

/**
 * The guard of actions on a project's organization; throws `forbidden` without the permission. `doing` goes into the
 * access log.
 */
export async function requireTeam<P extends TeamPermission>(
  projectId: string,
  permission: P,
  doing: Doing,
): Promise<Omit<Access, "team"> & { team: TeamScope<P> }>;
export async function requireTeam(
  projectId: string,
  permission: TeamPermission,
  doing: Doing,
): Promise<Omit<Access, "team"> & { team: TeamScope<"own"> }> {
  const access = await pageAccess(projectId);
  const team = teamOf(access, permission) ?? refuse(permission);
  await recordAct(access.scope, doing);
  return { ...access, team };
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
  const access = await pageAccess(projectId);
  return { ...access, team: teamOf(access, permission) ?? notFound() };
}

/**
 * Like requireTeam, for any organization of the member's, even one marked for deletion; throws `not_found` for others.
 */
export async function requireTeamOf<P extends TeamPermission>(
  organizationId: string,
  permission: P,
): Promise<TeamScope<P>>;
export async function requireTeamOf(organizationId: string, permission: TeamPermission): Promise<TeamScope<"own">> {
  const member = await requireLogin("/account");
  const teamRole = await roleInOrganization(organizationId, member.id);
  if (!teamRole) throw new AppError("not_found", "There is no such organization, or you are not a member of it.");
  await refuseLockedOut((await currentLogIn()) ?? "", organizationId);
  return teamOf({ organizationId, member, teamRole }, permission) ?? refuse(permission);
}

/** A scope on another project of the team's organization; throws `not_found` for a project of another one. */
export async function scopeInTeam(team: TeamScope, projectId: string): Promise<Scope<"manage">> {
  const { memberId, organizationId } = team;
  if (!(await isProjectOf(team, projectId))) throw new AppError("not_found", "There is no such project.");
  return grantScope(projectId, `member:${memberId}`, organizationId);
}

/** The logged-in member, whatever their projects; redirects others to log in and then to `next`. */
export async function requireLogin(next: string): Promise<Member> {
  return (await currentMember()) ?? redirect(`/login?next=${encodeURIComponent(next)}`);
}

/**
 * The guard of actions for which an unattended browser must not suffice, called after the permission guard: throws
 * `unconfirmed` unless the member has recently confirmed that it is them. Forms then ask for that and send again
 * (components/ui/confirmed.ts). scripts/structure/access.ts lists the actions that must call it.
 */
export async function requireRecent(): Promise<void> {
  const logIn = await currentLogIn();
  if (logIn === null || !(await isRecent(logIn, new Date())))
    throw new AppError("unconfirmed", "Confirm first that it is you: log out, then log in again.");
}

/** The member of this request and their role in the project. Once a request. */
const cachedMemberIn = cache(currentMemberIn);

/** The project, if it is open to guests and this is not one of its members; else null. */
async function openProject(projectId: string): Promise<GuestProject | null> {
  const open = await guestProject();
  if (open?.project.id !== projectId.toLowerCase()) return null;
  return (await cachedMemberIn(projectId))?.within ? null : open;
}

const guestOf = cache(async (projectId: string): Promise<Viewing | null> => {
  const open = await openProject(projectId);
  return open && guestAccess(open, await admitGuestToPage());
});

/** A guest's access: that of a viewer, without a member. A demo is never paused. */
function guestAccess({ project, organizationId, namesHiddenFrom }: GuestProject, actor: string): Viewing {
  const within: RolesInProject = { role: "viewer", teamRole: "viewer", project, organizationId, namesHiddenFrom };
  const { may, seesNames } = rightsOf(within);
  const scope: Scope = grantScope(project.id, actor, organizationId, seesNames ? SEES_ALL : SEES_MASKED);
  return { scope, member: null, may, ...within, team: null };
}

const pageAccess = cache(async (projectId: string): Promise<FullAccess> => {
  const found = await cachedMemberIn(projectId);
  if (!found) redirect(`/login?next=${encodeURIComponent(`/${projectId}/users`)}`);
  const access = accessOf(found, await mayLag()) ?? notFound();
  if (found.isLockedOut) redirect(`/account?for=${access.project.id}`);
  if (await isPausedHere(access.organizationId)) redirect(`/${access.project.id}/paused`);
  // For a page that the router prefetches, Next renders only the layouts; routes always answer in full.
  if ((await headers()).get(PREFETCH_HEADER) !== "router") await recordOpened(access.scope, "GET");
  return access;
});

/** Whether the requested address is closed until the organization has a plan; never on a self-hosted instance. */
async function isPausedHere(organizationId: string, now = Date.now()): Promise<boolean> {
  const entitlement = await entitlementOf(organizationId, now);
  return entitlement !== null && isPausedAt((await headers()).get(PATH_HEADER), entitlement, now);
}

/**
 * Records the page or route of this request. A page that calls an action counts as viewed, whatever the action does.
 */
async function recordOpened({ projectId, actor }: Scope, method: string): Promise<void> {
  const opening = await currentOpening(method);
  if (opening) recordAccess({ projectId, actor, at: Date.now(), ...opening });
}

async function recordAct({ projectId, actor }: Scope, doing: Doing): Promise<void> {
  if (doing === null) return;
  const { act, ...subject } = typeof doing === "string" ? { act: doing } : doing;
  const { act: _, ...shown } = (await currentOpening("GET")) ?? { act };
  recordAccess({ projectId, actor, at: Date.now(), act, ...(Object.keys(subject).length > 0 ? subject : shown) });
}

/** What this request opens; null without server.ts, which sets the headers. */
async function currentOpening(method: string) {
  const given = await headers();
  return openedRoute(method, given.get(PATH_HEADER) ?? "", given.get(GIVEN_HEADER)?.split(" ") ?? []);
}

/** Whether this request's data may be some seconds old, as server.ts decided. */
const mayLag = async (): Promise<boolean> => (await headers()).get(MAY_LAG_HEADER) === "1";

/** null for members without access. Fails closed: an unknown value of the setting hides names. */
function accessOf({ member, within }: MemberIn, mayLag: boolean): FullAccess | null {
  if (!within) return null;
  const { may, administers, seesNames } = rightsOf(within);
  const { project, organizationId, teamRole } = within;
  const granted = grantScope(project.id, `member:${member.id}`, organizationId, seesNames ? SEES_ALL : SEES_MASKED);
  const scope = { ...granted, mayLag };
  return { scope, member, may, ...within, team: administers ? grantTeam(organizationId, member.id, teamRole) : null };
}

const teamOf = (
  { organizationId, member, teamRole }: Pick<Access, "organizationId" | "member" | "teamRole">,
  permission: TeamPermission,
): TeamScope<"own"> | null =>
  permitsTeam(teamRole, permission) ? grantTeam(organizationId, member.id, teamRole) : null;

function requirePermitted(access: FullAccess, permission: Permission): FullAccess {
  if (access.may[permission]) return access;
  const who = permission === "edit" ? "editors, admins and owners" : "owners and admins";
  throw new AppError("forbidden", `Only ${who} may do this. Ask one of them.`);
}

function refuse(permission: TeamPermission): never {
  const who = permission === "own" ? "owners" : "owners and admins of the organization";
  throw new AppError("forbidden", `Only ${who} may do this. Ask one of them.`);
}
