import { prisma } from "@/lib/db/prisma";

/** Whether the member turned a second factor on. Primary key. */
export async function hasSecondFactor(memberId: string): Promise<boolean> {
  return (await prisma().secondFactor.count({ where: { memberId, confirmedAt: { not: null } } })) > 0;
}
