import "server-only";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import type { Member, MemberIn } from "@/lib/auth/members.queries";
import { currentMember, currentMemberIn } from "@/lib/auth/session";
import { AppError } from "@/lib/errors";
import type { Role } from "@/lib/organizations/organizations.store";
import type { Project } from "@/lib/projects/projects.queries";
import { grantScope, type Scope } from "@/lib/scope";

export type Access = { scope: Scope; member: Member; project: Project; role: Role; organizationId: string };

/**
 * The guard of every page and action of a project; called by each of them, because layouts do not run again on
 * navigation. Sends signed-out visitors to /login; a stranger's project and one that does not exist are both 404.
 * One statement, once a request.
 */
export const requireMember = cache(async (projectId: string): Promise<Access> => {
  const found = await currentMemberIn(projectId);
  if (!found) redirect(`/login?next=${encodeURIComponent(`/${projectId}/users`)}`);
  return accessOf(found) ?? notFound();
});

/** As requireMember, for JSON routes: throws `unauthorized` and `not_found` instead of leading elsewhere. */
export async function requireMemberApi(projectId: string): Promise<Access> {
  const found = await currentMemberIn(projectId);
  if (!found) throw new AppError("unauthorized", "You are logged out. Log in again.");
  const access = accessOf(found);
  if (!access) throw new AppError("not_found", "There is no such project, or you are not a member of it.");
  return access;
}

/** Somebody who is logged in, whatever their projects. */
export async function requireLogin(next: string): Promise<Member> {
  return (await currentMember()) ?? redirect(`/login?next=${encodeURIComponent(next)}`);
}

function accessOf({ member, within }: MemberIn): Access | null {
  if (!within) return null;
  return { scope: grantScope(within.project.id, `member:${member.id}`, within.organizationId), member, ...within };
}

/** Changing a project's settings and keys takes an owner or an admin; throws `forbidden` for other members. */
export function requireAdmin(access: Access): void {
  if (access.role === "member") {
    throw new AppError("forbidden", "Only owners and admins can change this. Ask one of them.");
  }
}
