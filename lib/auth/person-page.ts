import "server-only";
import { notFound } from "next/navigation";
import { cache } from "react";
import { personRefInPath } from "@/lib/http/requested-path";
import { findPerson } from "@/lib/identity/person.queries";
import type { Person } from "@/lib/identity/person-ref";
import { getProfile } from "@/lib/profiles/person/person.queries";
import type { ProfileDetail } from "@/lib/profiles/types";
import { type Access, requireMember, requireMemberOrGuest, type Viewing } from "./guard";
import { requestedSegment } from "./requested-segment";

export type PersonParams = { project: string; userId: string };

/** The person of a page, for members and guests; 404 if nobody has this id. Once a request. */
export async function requirePersonPage(
  projectId: string,
  userId: string,
): Promise<Viewing & { person: ProfileDetail }> {
  return profileAccess(projectId, await requestedRef(userId));
}

/** Like requirePersonPage, for members only. */
export async function requireMembersPersonPage(
  projectId: string,
  userId: string,
): Promise<Access & { person: ProfileDetail }> {
  const access = await requireMember(projectId);
  return { ...access, person: (await profileAccess(projectId, await requestedRef(userId))).person };
}

/** Like requirePersonPage, but returns only what queries about the person need, which saves a lookup. */
export async function requirePersonFound(projectId: string, userId: string): Promise<Viewing & { who: Person }> {
  return personAccess(projectId, await requestedRef(userId));
}

const personAccess = cache(async (projectId: string, id: string) => {
  const access = await requireMemberOrGuest(projectId);
  const who = await findPerson(access.scope, id);
  return who ? { ...access, who } : notFound();
});

const profileAccess = cache(async (projectId: string, id: string) => {
  const access = await requireMemberOrGuest(projectId);
  const person = await getProfile(access.scope, id);
  return person ? { ...access, person } : notFound();
});

/** The ref in the URL; see requestedSegment. */
export const requestedRef = (userId: string): Promise<string> => requestedSegment(userId, personRefInPath);
