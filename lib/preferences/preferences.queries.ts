import { prisma } from "@/lib/db/prisma";
import type { Scope } from "@/lib/scope";
import { DEFAULT_LAYOUT, type ListLayout } from "./layout";
import { readLayout } from "./read-layout";

/** How the member likes the users list; the default until they changed it. Primary key. */
export async function listLayout(scope: Scope, memberId: string): Promise<ListLayout> {
  const stored = await prisma().memberView.findUnique({
    where: { memberId_projectId_screen: { memberId, projectId: scope.projectId, screen: "users" } },
    select: { settings: true },
  });
  return (stored && readLayout(stored.settings)) ?? DEFAULT_LAYOUT;
}
