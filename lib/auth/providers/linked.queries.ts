import { providerOf, providers } from "@/lib/auth/provider-list";
import { faultSentence } from "@/lib/auth/providers/faults";
import type { ProviderIdentity } from "@/lib/auth/providers/identity";
import { prisma } from "@/lib/db/prisma";

/** A linked log-in as its member sees it. `isUsable`: its provider is still configured. */
export type LinkedShown = {
  issuer: string;
  subject: string;
  provider: string;
  email: string;
  createdAt: Date;
  isUsable: boolean;
};

/** A member's linked log-ins, oldest first. Uses linked_log_ins_member_id_idx. */
export async function linkedLogInsOf(memberId: string): Promise<LinkedShown[]> {
  const rows = await prisma().linkedLogIn.findMany({
    where: { memberId },
    orderBy: [{ createdAt: "asc" }, { subject: "asc" }],
    select: { issuer: true, subject: true, provider: true, email: true, createdAt: true },
  });
  const usable = new Set(providers().map(({ issuer }) => issuer));
  return rows.map((row) => ({ ...row, isUsable: usable.has(row.issuer) }));
}

type SearchParams = Record<string, string | string[] | undefined>;

/**
 * The linked log-ins and providers for the account page; null if there are neither. `searchParams`: the page's
 * parameters, with `fault` and `with` after a failed link.
 */
export async function waysIn(memberId: string, searchParams: SearchParams) {
  const [linked, offered] = [await linkedLogInsOf(memberId), providers().map(({ id, name }) => ({ id, name }))];
  if (offered.length === 0 && linked.length === 0) return null;
  const named = linked.map((one) => ({ ...one, name: providerOf(one.provider)?.name ?? one.provider }));
  return { linked: named, providers: offered, fault: faultSentence(searchParams.fault, searchParams.with) };
}

/** Whether the provider's user may log in as the member. Primary key. */
export async function isLinkedTo(memberId: string, { provider, subject }: ProviderIdentity): Promise<boolean> {
  return (await prisma().linkedLogIn.count({ where: { issuer: provider.issuer, subject, memberId } })) > 0;
}

export async function hasPassword(memberId: string): Promise<boolean> {
  return (await prisma().member.count({ where: { id: memberId, passwordHash: { not: null } } })) > 0;
}
