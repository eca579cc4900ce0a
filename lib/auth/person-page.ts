import "server-only";
import { headers } from "next/headers";
import { notFound } from "next/navigation";
import { cache } from "react";
import { PATH_HEADER, personIn } from "@/lib/http/asked-path";
import { findPerson } from "@/lib/identity/person.queries";
import type { Person } from "@/lib/identity/person-ref";
import { getProfile } from "@/lib/profiles/person/person.queries";
import type { ProfileDetail } from "@/lib/profiles/types";
import { type Access, requireMember } from "./guard";

export type PersonParams = { project: string; userId: string };

/** Whose page it is, for members of the project; 404 when nobody has this id. Once a request. */
export async function requirePersonPage(
  projectId: string,
  userId: string,
): Promise<Access & { person: ProfileDetail }> {
  return described(projectId, await askedRef(userId));
}

/**
 * As requirePersonPage, without all that is known of them: what reads about them need to begin, one look-up earlier.
 */
export async function requirePersonFound(projectId: string, userId: string): Promise<Access & { who: Person }> {
  return found(projectId, await askedRef(userId));
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

/**
 * The ref that the address names, decoded once. Next decodes a page's parameters and encodes some of their characters
 * anew, so "auth0%7C64f0" cannot be told from "auth0|64f0" in them: server.ts hands the path on as it was asked for.
 * Without server.ts (hosts that only run Next) the parameter is decoded as well as it can be.
 */
export async function askedRef(userId: string): Promise<string> {
  const path = (await headers()).get(PATH_HEADER);
  const segment = path === null ? null : personIn(path);
  try {
    return decodeURIComponent(segment ?? userId);
  } catch {
    return userId;
  }
}
