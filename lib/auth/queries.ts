import { canonicalEmail } from "@/lib/auth/rule";
import { prisma } from "@/lib/db/prisma";
import { isUuid } from "@/lib/ids";

export type Member = { id: string; email: string; name: string };

const publicFields = { id: true, email: true, name: true } as const;

/** null when no member has the address (case does not count). One look-up in members_email_key. */
export const memberByEmail = (email: string): Promise<Member | null> =>
  prisma().member.findUnique({ where: { email: canonicalEmail(email) }, select: publicFields });

/** null for a member who was deleted since their session began, and for what is no id. */
export const memberById = async (id: string): Promise<Member | null> =>
  isUuid(id) ? prisma().member.findUnique({ where: { id }, select: publicFields }) : null;

/** Names of members by id; those who are no members any more are left out. Primary key. */
export async function memberNames(ids: readonly string[]): Promise<Map<string, string>> {
  const known = [...new Set(ids)].filter(isUuid);
  if (known.length === 0) return new Map();
  const members = await prisma().member.findMany({
    where: { id: { in: known } },
    select: { id: true, name: true },
  });
  return new Map(members.map((member) => [member.id, member.name]));
}
