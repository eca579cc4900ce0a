import sql from "sql-template-tag";
import { provesTwoFactors } from "@/lib/auth/log-ins.store";
import { prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";
import { homeOrganization } from "@/lib/organizations/organizations.queries";
import type { TeamScope } from "@/lib/scope";

/** The message for members whose organization demands a second factor. */
export const NEEDS_TWO_FACTORS =
  "This organization asks its members for two factors. Turn on a second factor, or add a passkey, on your account page.";

/** Whether the log-in proved two factors. Primary key. */
export const hasProvedTwoFactors = async (logInId: string): Promise<boolean> =>
  isUuid(logInId) && (await prisma().logIn.count({ where: { id: logInId, twoFactor: true } })) > 0;

export type LockedOutOf = { id: string; name: string };

/**
 * The organizations of the log-in's member that demand two factors, by name, if it has not proved them; none otherwise.
 * Uses memberships_member_id_idx.
 */
export async function lockedOutOf(logInId: string): Promise<LockedOutOf[]> {
  if (!isUuid(logInId)) return [];
  return prisma().$queryRaw<LockedOutOf[]>(sql`
    SELECT o.id, o.name
      FROM log_ins l
      JOIN memberships s ON s.member_id = l.member_id
      JOIN organizations o ON o.id = s.organization_id
     WHERE l.id = ${logInId}::uuid AND NOT l.two_factor AND o.demands_two_factor
     ORDER BY o.name, o.id`);
}

/** Throws `forbidden` if the organization demands two factors and the log-in has not proved them. */
export async function refuseLockedOut(logInId: string, organizationId: string): Promise<void> {
  if ((await lockedOutOf(logInId)).some(({ id }) => id === organizationId))
    throw new AppError("forbidden", NEEDS_TWO_FACTORS);
}

/** Like refuseLockedOut, for the organization in which the member creates projects. */
export async function refuseLockedOutAtHome(logInId: string, memberId: string): Promise<void> {
  const home = await homeOrganization(prisma(), memberId);
  if (home !== null) await refuseLockedOut(logInId, home);
}

export type TwoFactorDemand = {
  isOn: boolean;
  /** By member: whether they can prove two factors. */
  has: Record<string, boolean>;
  /** Whether the requesting member's own log-in proved two factors. */
  isProved: boolean;
};

/** The team's demand for two factors, for its administrators. memberships_pkey; a team has a few dozen members. */
export async function twoFactorDemand({ organizationId }: TeamScope, logInId: string | null): Promise<TwoFactorDemand> {
  const rows = await prisma().$queryRaw<{ id: string; isOn: boolean; has: boolean }[]>(sql`
    SELECT s.member_id AS id, o.demands_two_factor AS "isOn",
           EXISTS (SELECT FROM second_factors f WHERE f.member_id = s.member_id AND f.confirmed_at IS NOT NULL)
           OR EXISTS (SELECT FROM passkeys k WHERE k.member_id = s.member_id)
           OR (${provesTwoFactors("oidc")}
               AND EXISTS (SELECT FROM linked_log_ins w WHERE w.member_id = s.member_id AND w.provider = 'oidc')) AS has
      FROM memberships s
      JOIN organizations o ON o.id = s.organization_id
     WHERE s.organization_id = ${organizationId}::uuid`);
  return {
    isOn: rows.some((row) => row.isOn),
    has: Object.fromEntries(rows.map(({ id, has }) => [id, has])),
    isProved: await hasProvedTwoFactors(logInId ?? ""),
  };
}
