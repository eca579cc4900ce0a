import { whereExpired } from "@/lib/auth/log-in-life.queries";
import { providerOf } from "@/lib/auth/provider-list";
import { prisma } from "@/lib/db/prisma";
import { isUuid } from "@/lib/ids";

/** `way`: how it began, unless with a password. */
export type LogInShown = { id: string; device: string; way: string | null; createdAt: Date; lastUsedOn: Date };

/** A member's active log-ins, newest first. Uses log_ins_member_id_idx: at most LOG_INS_PER_MEMBER. */
export async function logInsOf(memberId: string, now: Date): Promise<LogInShown[]> {
  const { sessionVersion } = await prisma().member.findUniqueOrThrow({
    where: { id: memberId },
    select: { sessionVersion: true },
  });
  const rows = await prisma().logIn.findMany({
    where: { memberId, sessionVersion, NOT: whereExpired(now) },
    orderBy: [{ lastUsedOn: "desc" }, { createdAt: "desc" }, { id: "desc" }],
    select: { id: true, device: true, method: true, createdAt: true, lastUsedOn: true },
  });
  return rows.map(({ method, ...row }) => ({ ...row, way: logInMethodInWords(method) }));
}

/** How long a member's confirmation that it is them counts, in ms. */
const RECENT_MS = 15 * 60_000;

/** Whether the log-in's member has recently confirmed that it is them, when logging in or since. Primary key. */
export async function isRecent(logInId: string, now: Date): Promise<boolean> {
  const confirmedAt = { gt: new Date(now.getTime() - RECENT_MS) };
  return isUuid(logInId) && (await prisma().logIn.count({ where: { id: logInId, confirmedAt } })) > 0;
}

/** How a log-in began, in words; null for a password. */
export function logInMethodInWords(method: string): string | null {
  if (method === "password") return null;
  return method === "passkey" ? "a passkey" : (providerOf(method)?.name ?? "a former provider");
}
