import { deleteExpiredInvitations } from "@/lib/auth/invitations.store";
import { deleteExpiredLogIns } from "@/lib/auth/log-ins.store";
import { deleteExpiredLinks } from "@/lib/auth/one-time-links.store";
import { deleteSpentChallenges } from "@/lib/auth/passkeys/passkeys.store";
import { deleteExpiredSignUps } from "@/lib/auth/sign-ups.store";
import { forgetOldSecrets } from "@/lib/projects/projects.store";

/**
 * Deletes expired data of members and of people who are not members yet (names, addresses, devices), and replaced
 * secrets of keys. A separate job, so that it also runs on an instance that nobody uses.
 */
export async function deleteExpired(now: number): Promise<void> {
  const at = new Date(now);
  await deleteExpiredSignUps(at);
  await deleteExpiredInvitations(at);
  await deleteExpiredLinks(at);
  await deleteExpiredLogIns(at);
  await deleteSpentChallenges(at);
  await forgetOldSecrets(at);
}
