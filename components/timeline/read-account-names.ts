import "server-only";
import type { TimelineItem } from "@/components/timeline/item";
import { accountNamesByAnyId } from "@/lib/accounts/list/search.queries";
import type { Scope } from "@/lib/scope";

/** The items with the names of their accounts, as the reader may see them. One lookup, or none without accounts. */
export async function withAccountNames(scope: Scope, items: readonly TimelineItem[]): Promise<TimelineItem[]> {
  const names = await accountNamesByAnyId(scope, [...new Set(items.flatMap(({ groups }) => groups))]);
  return items.map((item) =>
    item.groups.length === 0
      ? item
      : { ...item, accounts: item.groups.map((id) => ({ id, name: names.get(id) ?? null })) },
  );
}
