import { prisma } from "@/lib/db/prisma";
import type { MailData } from "@/lib/mail/kinds";

/**
 * Whether the link in a mail is still valid; true for a mail without one. A mail may wait for longer than its link is
 * valid, and the link may be used or withdrawn meanwhile. `data` as `mailContent` accepts it. Primary keys.
 */
export async function isLinkValid(kind: string, data: unknown, now: Date): Promise<boolean> {
  const where = (id: string) => ({ where: { id, expiresAt: { gt: now } } });
  switch (kind) {
    case "reset":
    case "verify":
      return (await prisma().oneTimeLink.count(where((data as MailData["reset"]).linkId))) > 0;
    case "signUp":
      return (await prisma().signUp.count(where((data as MailData["signUp"]).signUpId))) > 0;
    case "invitation":
      return (await prisma().invitation.count(where((data as MailData["invitation"]).invitationId))) > 0;
    default:
      return true;
  }
}
