import { prisma } from "@/lib/db/prisma";
import type { Scope } from "@/lib/scope";
import type { ListLayout, ListName } from "./layout";

/** Saves the member's layout of the list; the last write wins. Primary key. */
export async function saveListLayout(
  scope: Scope,
  memberId: string,
  list: ListName,
  layout: ListLayout,
): Promise<void> {
  const key = { memberId, projectId: scope.projectId, screen: list };
  await prisma().memberView.upsert({
    where: { memberId_projectId_screen: key },
    create: { ...key, settings: layout },
    update: { settings: layout },
  });
}
