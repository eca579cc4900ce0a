import sql from "sql-template-tag";
import { idOfToken, type LinkPurpose } from "@/lib/auth/one-time-links";
import { type ControlTx, prisma } from "@/lib/db/prisma";
import { newId } from "@/lib/ids";
import { lockRecipient } from "@/lib/mail/mails.store";

const HOUR_MS = 60 * 60_000;
/** How long each link is valid, in ms. A reset opens an account, so it is short. */
const LIFE_MS = { reset: HOUR_MS, email: 3 * 24 * HOUR_MS } as const;
/** The most links of one purpose that a member is sent within an hour, so that no form can flood an inbox. */
const LINKS_PER_HOUR = 3;

type StoredPurpose = Exclude<LinkPurpose, "invitation" | "sign up">;
type OneTimeLink = { id: string; memberId: string; email: string };

/**
 * Creates a link for a member and returns its id; null if they, or the address, got LINKS_PER_HOUR already.
 * one_time_links_email_idx.
 */
export async function makeLink(
  tx: ControlTx,
  purpose: StoredPurpose,
  member: { id: string; email: string },
  now: Date,
): Promise<string | null> {
  // Several members may request one address, and one member several addresses.
  await lockRecipient(tx, member.email);
  await tx.$queryRaw(sql`SELECT id FROM members WHERE id = ${member.id}::uuid FOR NO KEY UPDATE`);
  const recent = { purpose, createdAt: { gt: new Date(now.getTime() - HOUR_MS) } };
  for (const recipient of [{ memberId: member.id }, { email: member.email }])
    if ((await tx.oneTimeLink.count({ where: { ...recent, ...recipient } })) >= LINKS_PER_HOUR) return null;
  const expiresAt = new Date(now.getTime() + LIFE_MS[purpose]);
  const { id } = await tx.oneTimeLink.create({
    data: { id: newId(), purpose, memberId: member.id, email: member.email, createdAt: now, expiresAt },
    select: { id: true },
  });
  return id;
}

/** The link of a token, if it is still valid, else null. Does not use it up: mail programs open links on their own. */
export async function findLink(purpose: StoredPurpose, token: string, now: Date): Promise<OneTimeLink | null> {
  const id = idOfToken(purpose, token);
  if (id === null) return null;
  return prisma().oneTimeLink.findFirst({
    where: { id, purpose, expiresAt: { gt: now } },
    select: { id: true, memberId: true, email: true },
  });
}

/**
 * A member's links that confirm an address, with the addresses; at most ten. one_time_links_member_id_created_at_idx.
 */
export const pendingAddresses = (memberId: string): Promise<{ id: string; email: string }[]> =>
  prisma().oneTimeLink.findMany({ where: { memberId, purpose: "email" }, select: { id: true, email: true }, take: 10 });

/** Uses a link up, with all others of its purpose and member; false if another request was faster. */
export async function useLink(tx: ControlTx, purpose: StoredPurpose, link: OneTimeLink): Promise<boolean> {
  const { count } = await tx.oneTimeLink.deleteMany({ where: { id: link.id } });
  await tx.oneTimeLink.deleteMany({ where: { memberId: link.memberId, purpose } });
  return count === 1;
}

/**
 * Ends all links of a member when the password changes: somebody with the old one may have requested a link to an
 * address of their own.
 */
export async function endLinks(tx: ControlTx, memberId: string): Promise<void> {
  await tx.oneTimeLink.deleteMany({ where: { memberId } });
}

/** Deletes expired links once they no longer count for LINKS_PER_HOUR. one_time_links_expires_idx. */
export async function deleteExpiredLinks(now: Date): Promise<void> {
  await prisma().oneTimeLink.deleteMany({ where: { expiresAt: { lt: new Date(now.getTime() - HOUR_MS) } } });
}
