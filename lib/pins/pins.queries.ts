import { prisma } from "@/lib/db/prisma";
import type { Scope } from "@/lib/scope";

/**
 * The keys (dotted paths) of the project's pinned properties, in order. Up to a dozen rows of pinned_properties_pkey.
 */
export async function pinnedProperties({ projectId }: Scope): Promise<string[]> {
  const pins = await prisma().pinnedProperty.findMany({
    where: { projectId },
    orderBy: [{ place: "asc" }, { key: "asc" }],
    select: { key: true },
  });
  return pins.map(({ key }) => key);
}
