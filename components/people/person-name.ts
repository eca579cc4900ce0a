import { anonymousName } from "@/lib/format/anonymous-name";
import { idInRef, isAnonymousRef } from "@/lib/identity/person-ref";
import type { RecentPerson } from "@/lib/identity/person-ref.queries";

/** Display name in project-wide lists: name or e-mail, else id; "Quiet Heron" for an anonymous visitor. */
export const personName = ({ ref, name }: RecentPerson): string =>
  name ?? (isAnonymousRef(ref) ? anonymousName(idInRef(ref)) : idInRef(ref));
