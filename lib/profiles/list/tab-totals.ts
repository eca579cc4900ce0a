import { awaitedLater, settled } from "@/lib/faults/awaited-later";
import type { ListProfilesOptions, Tab, Total } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { countPeople } from "./list.queries";

/**
 * How many the tabs hold; `shown`: the tab that is open. Each is shown where it is awaited. To be asked for once the
 * rows are there, and the tabs' one after the other: they read everybody, and rows wait for nobody else's numbers.
 */
export function tabTotals(
  scope: Scope,
  options: Pick<ListProfilesOptions, "windowDays" | "search" | "filter"> & { tab: Tab },
) {
  const total = async (tab: Tab, after?: Promise<Total>): Promise<Total> => {
    await settled(after);
    return countPeople(scope, { ...options, tab });
  };
  const identified = total("identified");
  const anonymous = total("anonymous", identified);
  const all = async () => {
    const [a, b] = await Promise.all([identified, anonymous]);
    return { count: a.count + b.count, exact: a.exact && b.exact };
  };
  const everyone = all();
  const shown = { everyone, identified, anonymous, power: null, quiet: null }[options.tab] ?? total(options.tab);
  awaitedLater(identified, anonymous, everyone, shown);
  return { identified, anonymous, shown };
}
