import { listHref } from "@/components/columns/list-url";
import { DAYS_A_WEEK, dayOf, isoDay } from "@/lib/format/time";
import { STATES, type State } from "@/lib/lifecycle/states";
import type { LifecycleSubject, LifecycleWeek, StateFlow } from "@/lib/lifecycle/weeks";
import { encodeRule } from "@/lib/segments/encode-rule";
import type { Condition } from "@/lib/segments/rule";

/** Lists of exactly the people, or accounts, a number of the lifecycle screen counts. */
export type LinkContext = { projectId: string; who: LifecycleSubject };

export function stateHref(context: LinkContext, { day }: LifecycleWeek, state: State): string {
  return listOf(context, [{ kind: "state", is: "oneOf", values: [state], on: day }]);
}

/** People who were in one state at the end of the previous week and are in another at the end of this one, or today. */
export function flowHref(context: LinkContext, { monday, day }: LifecycleWeek, { was, became }: StateFlow): string {
  const before = isoDay(dayOf(Date.parse(monday)) - 1);
  const seen = was.filter((state) => state !== null);
  return listOf(context, [
    seen.length > 0
      ? { kind: "state", is: "oneOf", values: seen, on: before }
      : { kind: "state", is: "noneOf", values: [...STATES], on: before },
    { kind: "state", is: "oneOf", values: [...became], on: day },
  ]);
}

const listOf = ({ projectId, who }: LinkContext, of: Condition[]): string =>
  who === "accounts"
    ? listHref(`/${projectId}/accounts`, { filter: encodeRule({ kind: "and", of }) })
    : listHref(`/${projectId}/users`, {
        tab: who === "identified" ? "identified" : "everyone",
        filter: encodeRule({ kind: "and", of }),
      });

/** The last day of a week. */
export const sundayOf = ({ monday }: LifecycleWeek): string => isoDay(dayOf(Date.parse(monday)) + DAYS_A_WEEK - 1);
