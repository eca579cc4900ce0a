import { prisma } from "@/lib/db/prisma";

export type PasskeyShown = { id: string; name: string; createdAt: Date; lastUsedOn: Date | null };

/** A member's passkeys, oldest first. Uses passkeys_member_id_idx. */
export const passkeysOf = (memberId: string): Promise<PasskeyShown[]> =>
  prisma().passkey.findMany({
    where: { memberId },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: { id: true, name: true, createdAt: true, lastUsedOn: true },
  });
