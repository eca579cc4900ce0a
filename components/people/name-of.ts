import type { RecentPerson } from "@/lib/identity/owner.queries";
import { anonymousName } from "@/lib/profiles/person/anonymous-name";

/** What somebody is called in lists of everybody's: name or e-mail, else id; "Quiet Heron" for somebody who has not said. */
export const nameOf = ({ ref, name }: RecentPerson): string =>
  name ?? (ref.startsWith("u:") ? ref.slice(2) : anonymousName(ref.slice(2)));
