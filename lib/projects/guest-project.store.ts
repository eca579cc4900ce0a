import { prisma } from "@/lib/db/prisma";
import { forgetGuestProject } from "@/lib/projects/guest-project.queries";
import type { Scope } from "@/lib/scope";

/**
 * Lets people without an account read the project, instead of any other. Only the operator's commands call this: no
 * setting of a project may open it to the internet.
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

/** Other processes notice within seconds. */
export async function closeToGuests(scope: Scope<"manage">): Promise<void> {
  await prisma().project.update({ where: { id: scope.projectId }, data: { openToGuests: false } });
  forgetGuestProject();
}
