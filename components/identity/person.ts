import type { Standing } from "@/lib/identity/standing.queries";
import { anonymousName } from "@/lib/profiles/person/anonymous-name";

/** What somebody in a preview is called: name, else e-mail, else id; "Quiet Heron" for a visitor. */
export function standingName({ ref, name, email, userIds }: Standing): string {
  return name ?? email ?? userIds[0] ?? anonymousName(ref.slice(2));
}

/** The ids under the name, where they say more. */
export function standingDetail(person: Standing): string {
  if (person.userIds.length === 0) return "Anonymous visitor";
  const [first, ...more] = person.userIds;
  return more.length === 0 ? `${first}` : `${first} and ${more.length} more id${more.length === 1 ? "" : "s"}`;
}
