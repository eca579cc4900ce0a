import { prisma } from "@/lib/db/prisma";
import { logFault } from "@/lib/faults/log";
import type { NamesHiddenFrom } from "@/lib/permissions";
import type { Project } from "@/lib/projects/projects.queries";
import type { Recognition } from "@/lib/projects/schemas";

/** How long a change made by another process may go unnoticed, in ms. */
const FRESH_MS = 5_000;

export type GuestProject = { project: Project; organizationId: string; namesHiddenFrom: NamesHiddenFrom };

type Known = { found: Promise<GuestProject | null>; until: number };
const shared = globalThis as typeof globalThis & { throughlineGuestProject?: Known };

/**
 * The project that people without an account may read; null unless the operator has opened one. Cached for seconds,
 * because strangers' requests read it. projects_open_to_guests_key.
 */
export function guestProject(now = Date.now()): Promise<GuestProject | null> {
  const known = shared.throughlineGuestProject;
  if (known && now < known.until) return known.found;
  const found = read();
  shared.throughlineGuestProject = { found, until: now + FRESH_MS };
  // A failure is not cached, so the next request reads again.
  found.catch(forgetGuestProject);
  return found;
}

/** Whether a path is of the guest project; false if the database is unreachable. For shortcuts, not for access. */
export async function isOpenToGuests(path: string): Promise<boolean> {
  const named = /^\/([0-9a-fA-F-]{36})(?:\/|$)/.exec(path)?.[1];
  if (!named) return false;
  try {
    return (await guestProject())?.project.id === named.toLowerCase();
  } catch (error) {
    logFault("whether a project is open to guests could not be read", error);
    return false;
  }
}

async function read(): Promise<GuestProject | null> {
  const found = await prisma().project.findFirst({
    where: { openToGuests: true, eraseAt: null, organization: { eraseAt: null } },
    select: {
      id: true,
      name: true,
      domain: true,
      recognition: true,
      avatars: true,
      createdAt: true,
      organizationId: true,
      namesHiddenFrom: true,
    },
  });
  if (!found) return null;
  const { organizationId, namesHiddenFrom, ...project } = found;
  return {
    project: { ...project, recognition: project.recognition as Recognition },
    organizationId,
    namesHiddenFrom: namesHiddenFrom as NamesHiddenFrom,
  };
}

/** Clears the cache, after a change in this process and for tests. */
export const forgetGuestProject = (): void => {
  shared.throughlineGuestProject = undefined;
};
