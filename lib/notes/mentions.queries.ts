import type { Scope } from "@/lib/scope";
import { type AccountMention, accountMentionsOf } from "./account-notes.queries";
import { type Mention, mentionsOf } from "./notes.queries";

export type AnyMention = Mention | AccountMention;

/** Notes on people and accounts that mention the member, newest first; see mentionsOf and accountMentionsOf. */
export async function allMentionsOf(
  scope: Scope,
  memberId: string,
  since: number,
  limit: number,
): Promise<AnyMention[]> {
  const [people, accounts] = await Promise.all([
    mentionsOf(scope, memberId, since, limit),
    accountMentionsOf(scope, memberId, since, limit),
  ]);
  return [...people, ...accounts].sort((a, b) => b.createdAt - a.createdAt).slice(0, limit);
}
