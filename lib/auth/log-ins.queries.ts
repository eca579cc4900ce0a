import { prisma } from "@/lib/db/prisma";

export type LogInShown = { id: string; device: string; createdAt: Date; lastUsedOn: Date };

/** A member's active log-ins, newest first. Uses log_ins_member_id_idx: at most LOG_INS_PER_MEMBER. */
export async function logInsOf(memberId: string, now: Date): Promise<LogInShown[]> {
  const { sessionVersion } = await prisma().member.findUniqueOrThrow({
    where: { id: memberId },
    select: { sessionVersion: true },
  });
  return prisma().logIn.findMany({
    where: { memberId, sessionVersion, expiresAt: { gt: now } },
    orderBy: [{ lastUsedOn: "desc" }, { createdAt: "desc" }, { id: "desc" }],
    select: { id: true, device: true, createdAt: true, lastUsedOn: true },
  });
}
