import "server-only";
import { notFound } from "next/navigation";
import { cache } from "react";
import { type Access, requireMember } from "@/lib/auth/guard";
import { getProfile } from "@/lib/profiles/queries";
import type { ProfileDetail } from "@/lib/profiles/types";

export type PersonParams = { project: string; userId: string };

/** Whose page it is, for members of the project; 404 when nobody has this id. Once a request. */
export const requirePersonPage = cache(
  async (projectId: string, userId: string): Promise<Access & { person: ProfileDetail }> => {
    const access = await requireMember(projectId);
    const person = await getProfile(access.scope, decoded(userId));
    return person ? { ...access, person } : notFound();
  },
);

/** Next hands path segments on as the URL has them. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
