import { STATES } from "@/lib/lifecycle/states";
import { flowOf, type LifecycleWeek, netOf, STATE_FLOWS } from "@/lib/lifecycle/weeks";
import type { Scope } from "@/lib/scope";
import { type Columns, chooseColumns } from "./columns";
import { csvResponse } from "./csv-stream";

const COLUMNS: Columns<LifecycleWeek> = {
  week: ({ monday }) => monday,
  statesOn: ({ day }) => day,
  ...Object.fromEntries(STATES.map((state) => [state, ({ states }: LifecycleWeek) => states[state]])),
  ...Object.fromEntries(STATE_FLOWS.map((flow) => [flow.key, (week: LifecycleWeek) => flowOf(week, flow)])),
  net: netOf,
};

/** The columns the file can have. */
export const LIFECYCLE_COLUMNS = Object.keys(COLUMNS);

/** Weeks of the lifecycle chart as a CSV file. */
export function exportLifecycle(scope: Scope, weeks: readonly LifecycleWeek[], columns: string[] | null): Response {
  const { head, cellsOf } = chooseColumns(COLUMNS, columns);
  return csvResponse(scope, "lifecycle", head, once(weeks.map(cellsOf)));
}

async function* once<T>(rows: T): AsyncGenerator<T> {
  yield rows;
}
