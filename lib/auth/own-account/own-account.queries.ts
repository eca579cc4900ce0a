import { logInsOf } from "@/lib/auth/log-ins.queries";
import { verifiedAt } from "@/lib/auth/members.queries";
import { pendingAddresses } from "@/lib/auth/one-time-links.store";
import { passkeysOf } from "@/lib/auth/passkeys/passkeys.queries";
import { hasPassword, waysIn } from "@/lib/auth/providers/linked.queries";
import { hasSecondFactor } from "@/lib/auth/second-factor.queries";
import { lockedOutOf } from "@/lib/auth/two-factor.queries";
import { isUuid } from "@/lib/ids";
import { unsentMailsTo } from "@/lib/mail/mails.queries";

type SearchParams = Record<string, string | string[] | undefined>;
type Owner = { id: string; email: string };

/** The data of a member's own account page. `logIn`: the one they use; `searchParams`: the page's parameters. */
export async function ownAccount(
  { id: memberId, email }: Owner,
  logIn: string | null,
  searchParams: SearchParams,
  now: Date,
) {
  const [logIns, verified, factor, password, ways, passkeys, lockedOut, unsent] = await Promise.all([
    logInsOf(memberId, now),
    verifiedAt(memberId),
    hasSecondFactor(memberId),
    hasPassword(memberId),
    waysIn(memberId, searchParams),
    passkeysOf(memberId),
    lockedOutOf(logIn ?? ""),
    pendingAddresses(memberId).then((pending) => unsentMailsTo(email, pending, now)),
  ]);
  const projectId = typeof searchParams.for === "string" && isUuid(searchParams.for) ? searchParams.for : null;
  const hasOne = factor || passkeys.length > 0;
  const demand = lockedOut.length === 0 && projectId === null ? null : { lockedOut, hasOne, projectId };
  return { logIns, isVerified: verified !== null, factor, password, ways, passkeys, demand, unsent };
}
