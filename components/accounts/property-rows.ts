import type { AccountChange } from "@/lib/accounts/page/history.queries";
import type { AccountSummary } from "@/lib/accounts/types";
import { userRef } from "@/lib/identity/person-ref";
import { type PropertyRow, propertyRows } from "@/lib/timeline/property-rows";

/** An account's properties with their history, like a person's. `group` is the call that sets them. */
export function accountPropertyRows(
  { name, type, properties }: Pick<AccountSummary, "name" | "type" | "properties">,
  changes: ReadonlyMap<string, AccountChange[]>,
): PropertyRow[] {
  const all = { ...(name !== null && { name }), ...(type !== null && { type }), ...properties };
  const notes = new Map(
    [...changes].map(([key, list]) => [
      key,
      list.map(({ ts, id, value }) => ({ ts, eventId: id, mode: "group", value, actor: userRef(""), origin: null })),
    ]),
  );
  return propertyRows({ properties: all }, notes, []).map((row) => ({
    ...row,
    by: row.by && "group",
    history: row.history.map((change) => ({ ...change, by: "group" })),
  }));
}
