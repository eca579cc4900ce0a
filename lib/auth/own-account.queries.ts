import { logInsOf } from "@/lib/auth/log-ins.queries";
import { verifiedAt } from "@/lib/auth/members.queries";
import { passkeysOf } from "@/lib/auth/passkeys/passkeys.queries";
import { hasPassword, waysIn } from "@/lib/auth/providers/linked.queries";
import { hasSecondFactor } from "@/lib/auth/second-factor.store";

type Asked = Record<string, string | string[] | undefined>;

/** What members see of their own account. `asked`: the page's parameters. */
export async function ownAccount(memberId: string, asked: Asked, now: Date) {
  const [logIns, verified, factor, password, ways, passkeys] = await Promise.all([
    logInsOf(memberId, now),
    verifiedAt(memberId),
    hasSecondFactor(memberId),
    hasPassword(memberId),
    waysIn(memberId, asked),
    passkeysOf(memberId),
  ]);
  return { logIns, isVerified: verified !== null, factor, password, ways, passkeys };
}
