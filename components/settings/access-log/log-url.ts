import { firstValue, type SearchParams } from "@/components/search-params";
import type { AccessLogFilter } from "@/lib/access-log/access-log.queries";
import { ACT_KINDS } from "@/lib/access-log/acts";
import type { Range } from "@/lib/format/range";
import { isStorable } from "@/lib/format/storable";
import { userRef } from "@/lib/identity/person-ref";

const ACTOR = /^(?:member|client|system):[\w-]{1,80}$/;

/** The access log's filter in its URL; invalid values are ignored. `person`: a ref, or a user id. */
export function logFilterOf(search: SearchParams, range: Range): AccessLogFilter {
  const by = firstValue(search, "by");
  const person = firstValue(search, "person")?.trim().normalize("NFC");
  return {
    actor: by !== undefined && ACTOR.test(by) ? by : undefined,
    kind: ACT_KINDS.find((kind) => kind === firstValue(search, "kind")),
    person: person && isStorable(person) ? (/^[ua]:/.test(person) ? person : userRef(person)) : undefined,
    after: range.from,
    before: range.to,
  };
}
