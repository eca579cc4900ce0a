import { passkeysOf } from "@/lib/auth/passkeys/passkeys.queries";
import { verifyPassword } from "@/lib/auth/password";
import { providerOf } from "@/lib/auth/provider-list";
import { linkedLogInsOf } from "@/lib/auth/providers/linked.queries";
import { hasSecondFactor } from "@/lib/auth/second-factor.queries";
import { redeemCode, wrongCodeError } from "@/lib/auth/second-factor.store";
import { prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";

/** Ways in which a member can confirm that it is them. */
export type ConfirmationWays = {
  password: boolean;
  code: boolean;
  passkey: boolean;
  providers: { id: string; name: string }[];
};

export async function waysToConfirm(memberId: string): Promise<ConfirmationWays> {
  const [password, code, passkeys, linked] = await Promise.all([
    prisma().member.count({ where: { id: memberId, passwordHash: { not: null } } }),
    hasSecondFactor(memberId),
    passkeysOf(memberId),
    linkedLogInsOf(memberId),
  ]);
  const usable = new Set(linked.filter((one) => one.isUsable).map((one) => one.provider));
  const providers = [...usable].flatMap((id) => providerOf(id) ?? []).map(({ id, name }) => ({ id, name }));
  return { password: password > 0, code, passkey: passkeys.length > 0, providers };
}

/**
 * Checks the member's code, if one is given, or else their password. Throws `unprocessable` on `code` or `password`.
 * Takes tens of milliseconds.
 */
export async function verifyPasswordOrCode(memberId: string, given: { password: string; code: string }, now: Date) {
  if (given.code !== "") {
    // Without a second factor, redeemCode would accept any code.
    if (!(await hasSecondFactor(memberId)) || !(await redeemCode(memberId, given.code, now))) throw wrongCodeError();
    return;
  }
  const member = await prisma().member.findUnique({ where: { id: memberId }, select: { passwordHash: true } });
  if (!(await verifyPassword(member?.passwordHash ?? null, given.password)))
    throw new AppError("unprocessable", "That is not your password.", { field: "password" });
}
