import { prisma } from "@/lib/db/prisma";
import type { Scope } from "@/lib/scope";

/** Keys (dotted paths) of the properties the project has pinned, in order. A dozen rows of pinned_properties_pkey. */
export async function pinnedProperties({ projectId }: Scope): Promise<string[]> {
  const pins = await prisma().pinnedProperty.findMany({
    where: { projectId },
    orderBy: [{ place: "asc" }, { key: "asc" }],
    select: { key: true },
  });
  return pins.map(({ key }) => key);
}
