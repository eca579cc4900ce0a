import { anonymousName } from "@/lib/format/anonymous-name";
import { idInRef } from "@/lib/identity/person-ref";
import type { PersonSummary } from "@/lib/identity/person-summary.queries";

/** Display name in a preview: name, else e-mail, else id; "Quiet Heron" for a visitor. */
export function summaryName({ ref, name, email, userIds }: PersonSummary): string {
  return name ?? email ?? userIds[0] ?? anonymousName(idInRef(ref));
}

/** Ids shown under the name, unless the name is the id. */
export function summaryDetail(person: PersonSummary): string {
  if (person.userIds.length === 0) return "Anonymous visitor";
  const [first, ...more] = person.userIds;
  return more.length === 0 ? `${first}` : `${first} and ${more.length} more id${more.length === 1 ? "" : "s"}`;
}
