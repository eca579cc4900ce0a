import sql from "sql-template-tag";
import { providers } from "@/lib/auth/provider-list";
import type { ControlTx } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";

/** Locks a member, as concurrent changes of their ways to log in could each remove the last but one. */
export async function lockMember(tx: ControlTx, memberId: string) {
  await tx.$queryRaw(sql`SELECT id FROM members WHERE id = ${memberId}::uuid FOR UPDATE`);
  return tx.member.findUniqueOrThrow({
    where: { id: memberId },
    select: { email: true, name: true, emailVerifiedAt: true },
  });
}

/** To call after removing a way to log in: throws `conflict`, which rolls that back, if none is left. */
export async function refuseLastWay(tx: ControlTx, memberId: string): Promise<void> {
  if ((await countWaysIn(tx, memberId)) === 0)
    throw new AppError("conflict", "This is your only way to log in. Choose a password first.");
}

/** How many of a member's ways to log in work with this instance's configuration. */
async function countWaysIn(tx: ControlTx, memberId: string): Promise<number> {
  const issuer = { in: providers().map((one) => one.issuer) };
  const [password, linked, passkeys] = await Promise.all([
    tx.member.count({ where: { id: memberId, passwordHash: { not: null } } }),
    tx.linkedLogIn.count({ where: { memberId, issuer } }),
    tx.passkey.count({ where: { memberId } }),
  ]);
  return password + linked + passkeys;
}
