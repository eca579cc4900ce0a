import "server-only";
import { notFound } from "next/navigation";
import { cache } from "react";
import { type Access, requireMember } from "@/lib/auth/guard";
import { findPerson, type Person } from "@/lib/db/queries-person";
import { getProfile } from "@/lib/profiles/queries";
import type { ProfileDetail } from "@/lib/profiles/types";

export type PersonParams = { project: string; userId: string };

/** Whose page it is, for members of the project; 404 when nobody has this id. Once a request. */
export async function requirePersonPage(
  projectId: string,
  userId: string,
): Promise<Access & { person: ProfileDetail }> {
  return described(projectId, decoded(userId));
}

/** As requirePersonPage, without all that is known of them: what reads about them need to begin, one look-up earlier. */
export async function requirePersonFound(projectId: string, userId: string): Promise<Access & { who: Person }> {
  return found(projectId, decoded(userId));
}

const found = cache(async (projectId: string, id: string) => {
  const access = await requireMember(projectId);
  const who = await findPerson(access.scope, id);
  return who ? { ...access, who } : notFound();
});

const described = cache(async (projectId: string, id: string) => {
  const access = await requireMember(projectId);
  const person = await getProfile(access.scope, id);
  return person ? { ...access, person } : notFound();
});

/** Next hands path segments on as the URL has them. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
