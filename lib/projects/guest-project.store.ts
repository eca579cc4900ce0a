import { prisma } from "@/lib/db/prisma";
import { forgetGuestProject } from "@/lib/projects/guest-project.queries";
import type { Scope } from "@/lib/scope";

/**
 * Opens this project, and no other, to people without an account, for reading. Only the operator's commands call this:
 * no project setting may open a project to the internet.
 */
export async function openToGuests(scope: Scope<"manage">): Promise<void> {
  await prisma().$transaction([
    prisma().project.updateMany({
      where: { openToGuests: true, NOT: { id: scope.projectId } },
      data: { openToGuests: false },
    }),
    prisma().project.update({ where: { id: scope.projectId }, data: { openToGuests: true } }),
  ]);
  forgetGuestProject();
}

/** Closes the project to people without an account. Other processes notice within seconds. */
export async function closeToGuests(scope: Scope<"manage">): Promise<void> {
  await prisma().project.update({ where: { id: scope.projectId }, data: { openToGuests: false } });
  forgetGuestProject();
}
