import sql from "sql-template-tag";
import { type LeavingEffect, leavingEffectOf } from "@/lib/auth/leaving.queries";
import { canonicalEmail } from "@/lib/auth/schemas";
import { lockMember } from "@/lib/auth/ways-in.store";
import { type ControlTx, prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { forgetMails, queueMail } from "@/lib/mail/mails.store";
import { forgetMentions } from "@/lib/notes/mentions.store";
import { abandonOrganizations, forgetOwnersName } from "@/lib/organizations/organizations.store";
import { requireNoRenewal } from "@/lib/plans/subscriptions";
import { forgetClients } from "@/lib/projects/clients";

/** `typed`: their address, as typed to confirm. `isMailed`: whether they are notified by mail. */
type DeletionRequest = { memberId: string; typed: string; isMailed: boolean };

/**
 * Deletes a member's account: their log-ins, ways in, views, invitations and mails, their name in others' rows, and
 * organizations without other members, with their projects. Their actions stay in logs, under an id that no longer
 * resolves. Throws `unprocessable` on `email`, and `conflict` while an organization would be without an owner.
 */
export async function deleteMember({ memberId, typed, isMailed }: DeletionRequest, now: Date): Promise<void> {
  const found = await prisma().member.findUnique({ where: { id: memberId }, select: { email: true, name: true } });
  if (!found) return;
  if (canonicalEmail(typed) !== found.email)
    throw new AppError("unprocessable", `Type ${found.email} to confirm.`, { field: "email" });
  const before = await leavingEffectOf(memberId);
  refuseOwnerless(before);
  for (const { id } of before.alone) await requireNoRenewal(id, now.getTime());
  for (const { id } of before.left) await forgetMentions(id, memberId);
  await prisma().$transaction(async (tx) => {
    await lockOrganizations(tx, memberId);
    const { email, name } = await lockMember(tx, memberId);
    const { alone, ownerless, left } = await leavingEffectOf(memberId, tx);
    refuseOwnerless({ ownerless });
    // The other members of an organization left since the subscription check.
    if (alone.some(({ id }) => before.alone.every((one) => one.id !== id))) throw organizationsChanged();
    await abandonOrganizations(tx, alone, now);
    await forgetOwnersName(tx, left, { memberId, name });
    const addresses = await addressesOf(tx, memberId, email);
    await tx.signUp.deleteMany({ where: { email: { in: addresses } } });
    await tx.invitation.deleteMany({ where: { OR: [{ email: { in: addresses } }, { invitedBy: memberId }] } });
    await forgetMails(tx, { addresses, name });
    await tx.member.delete({ where: { id: memberId } });
    await recordDeletion(tx);
    if (isMailed) await queueMail(tx, { to: email, kind: "accountDeleted", data: { name } }, now);
  });
  forgetClients();
}

/** Makes a job forget Postgres' statistics of what was deleted (lib/privacy/forget-erased-values.store.ts). */
const recordDeletion = (tx: ControlTx) =>
  tx.$executeRaw(sql`
    INSERT INTO account_deletions (latest_at)
    VALUES (now())
    ON CONFLICT (id) DO UPDATE SET latest_at = excluded.latest_at`);

/** In order of id, so that two members deleting their accounts at once can neither deadlock nor both leave. */
const lockOrganizations = (tx: ControlTx, memberId: string) =>
  tx.$queryRaw(sql`
    SELECT o.id
      FROM organizations o
     WHERE o.id IN (SELECT organization_id FROM memberships WHERE member_id = ${memberId}::uuid)
     ORDER BY o.id
       FOR UPDATE`);

/** The member's address, and those of links in mails and of linked log-ins. */
async function addressesOf(tx: ControlTx, memberId: string, email: string): Promise<string[]> {
  const where = { memberId };
  const [links, linked] = await Promise.all([
    tx.oneTimeLink.findMany({ where, select: { email: true } }),
    tx.linkedLogIn.findMany({ where, select: { email: true } }),
  ]);
  const own = [...links, ...linked].map((one) => one.email);
  // An address they only requested may be somebody else's.
  const others = await tx.member.findMany({
    where: { email: { in: own }, id: { not: memberId } },
    select: { email: true },
  });
  const foreign = new Set(others.map((one) => one.email));
  return [...new Set([email, ...own])].filter((address) => address !== "" && !foreign.has(address));
}

function refuseOwnerless({ ownerless }: Pick<LeavingEffect, "ownerless">): void {
  if (ownerless.length === 0) return;
  const names = ownerless.map(({ name }) => name).join(", ");
  throw new AppError("conflict", `Make somebody else an owner first, or delete the organization: ${names}.`);
}

const organizationsChanged = (): AppError =>
  new AppError(
    "conflict",
    "Your organizations have changed meanwhile. Reload the page and review what will be deleted.",
  );
