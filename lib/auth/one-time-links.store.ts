import { idOfToken, type LinkPurpose } from "@/lib/auth/one-time-links";
import { type ControlTx, prisma } from "@/lib/db/prisma";
import { newId } from "@/lib/ids";

const HOUR_MS = 60 * 60_000;
/** How long each link lasts, in ms. A reset opens an account, so it is short. */
const LIFE_MS = { reset: HOUR_MS, email: 3 * 24 * HOUR_MS } as const;
/** Links of a purpose a member is sent within an hour at most: an inbox cannot be flooded by a form. */
const LINKS_PER_HOUR = 3;

type StoredPurpose = Exclude<LinkPurpose, "invitation">;
type OneTimeLink = { id: string; memberId: string; email: string };

/**
 * A new link for a member, or null when they got LINKS_PER_HOUR already. Expired ones of everybody are cleared away.
 */
export async function makeLink(
  tx: ControlTx,
  purpose: StoredPurpose,
  member: { id: string; email: string },
  now: Date,
): Promise<string | null> {
  await tx.oneTimeLink.deleteMany({ where: { expiresAt: { lt: new Date(now.getTime() - HOUR_MS) } } });
  // Locks the member, so that requests sent at once cannot each find room.
  await tx.member.updateMany({ where: { id: member.id }, data: { id: member.id } });
  const recent = await tx.oneTimeLink.count({
    where: { memberId: member.id, purpose, createdAt: { gt: new Date(now.getTime() - HOUR_MS) } },
  });
  if (recent >= LINKS_PER_HOUR) return null;
  const expiresAt = new Date(now.getTime() + LIFE_MS[purpose]);
  const { id } = await tx.oneTimeLink.create({
    data: { id: newId(), purpose, memberId: member.id, email: member.email, createdAt: now, expiresAt },
    select: { id: true },
  });
  return id;
}

/** Is the link still good? Reading does not use it up: mail programs open links by themselves. */
export async function linkOf(purpose: StoredPurpose, token: string, now: Date): Promise<OneTimeLink | null> {
  const id = idOfToken(purpose, token);
  if (id === null) return null;
  return prisma().oneTimeLink.findFirst({
    where: { id, purpose, expiresAt: { gt: now } },
    select: { id: true, memberId: true, email: true },
  });
}

/** Uses a link up, with all others of its purpose and member; false when somebody was faster. */
export async function useLink(tx: ControlTx, purpose: StoredPurpose, link: OneTimeLink): Promise<boolean> {
  const { count } = await tx.oneTimeLink.deleteMany({ where: { id: link.id } });
  await tx.oneTimeLink.deleteMany({ where: { memberId: link.memberId, purpose } });
  return count === 1;
}

/**
 * Ends all links of a member, with a new password: whoever had the old one may have asked for a link to an address of
 * theirs.
 */
export async function endLinks(tx: ControlTx, memberId: string): Promise<void> {
  await tx.oneTimeLink.deleteMany({ where: { memberId } });
}
