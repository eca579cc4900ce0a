"use client";

import { ArrowDown } from "lucide-react";
import { parseAsString, useQueryStates } from "nuqs";
import type { SyntheticEvent } from "react";
import { levelOf } from "@/components/charts/calendar-days";
import type { Clock } from "@/components/time";
import { Avatar } from "@/components/ui/avatar";
import { cn } from "@/components/ui/cn";
import { useFollowLinks } from "@/components/ui/follow-links";
import { formatCount, pluralCount } from "@/lib/format/number";
import { formatExactTime, formatRelativeTime } from "@/lib/format/time";

/** `cells`: how often they did each event, in the order of the events, and when last (ms); null: never. */
export type UsesUser = {
  key: string;
  name: string;
  href: string;
  events: number;
  lastAt: number;
  left: boolean;
  cells: (readonly [times: number, lastAt: number] | null)[];
};
/** `query`: of a person's URL, with only these events. `isDropped`: formerly in use. */
export type UsesEvent = {
  name: string;
  label: string;
  people: number;
  events: number;
  isDropped: boolean;
  query: string;
};

type UsesTableProps = { users: UsesUser[]; events: UsesEvent[]; clock: Clock };

const SHADES = ["", "bg-primary/10", "bg-primary/20", "bg-primary/30", "bg-primary/45"];

/** Styles of the cells, once for the table: there are up to two thousand. */
const CELLS =
  "[&_td>a]:flex [&_td>a]:h-9 [&_td>a]:min-w-12 [&_td>a]:items-center [&_td>a]:justify-center [&_td>a]:rounded-sm [&_td>a:hover]:ring-1 [&_td>a:hover]:ring-ring [&_tbody_td]:h-10 [&_tbody_td]:border-b [&_tbody_td]:p-0.5 [&_tbody_td]:text-center [&_tbody_td]:tabular-nums [&_td[data-never]]:before:text-muted-foreground/50 [&_td[data-never]]:before:content-['·'_/_'']";

/**
 * Who uses what, how often: one row per person, one column per event. A column's header sorts people by it, the arrow
 * next to a person sorts events by them; both are in the URL.
 */
export function UsesTable({ users, events, clock }: UsesTableProps) {
  const [{ by, of }, setSort] = useQueryStates(
    { by: parseAsString, of: parseAsString },
    { history: "replace", shallow: true },
  );
  const follow = useFollowLinks();
  const numbered = events.map((event, index) => ({ ...event, index }));
  const timesOf = (user: UsesUser | undefined, index: number | undefined) =>
    (index === undefined ? null : user?.cells[index])?.[0] ?? 0;
  const sorting = by === null ? undefined : numbered.find(({ name }) => name === by)?.index;
  const rows = by === null ? users : users.toSorted((a, b) => timesOf(b, sorting) - timesOf(a, sorting));
  const sortedFor = of === null ? undefined : users.find(({ key }) => key === of);
  const columns =
    of === null ? numbered : numbered.toSorted((a, b) => timesOf(sortedFor, b.index) - timesOf(sortedFor, a.index));
  const mostEvents = Math.max(1, ...users.flatMap(({ cells }) => cells.map((cell) => cell?.[0] ?? 0)));
  /** Only for the cell under the pointer: the tooltips of all cells would be most of the page. */
  const explain = ({ target }: SyntheticEvent) => {
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>("td > a") : null;
    if (link?.title !== "") return;
    const user = rows[(link.closest("tr")?.rowIndex ?? 0) - 1];
    const event = columns[(link.closest("td")?.cellIndex ?? 0) - 1];
    const cell = event && user?.cells[event.index];
    if (user && event && cell)
      link.title = `${user.name}, ${event.label}: ${pluralCount(cell[0], "time")}, last ${formatRelativeTime(cell[1], clock.now)}`;
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard
    <section aria-label="Who uses what" tabIndex={0} className="relative min-w-0 overflow-x-auto">
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: only for its links, which take the keyboard */}
      <table
        className={cn("border-separate border-spacing-0 text-[13px]", CELLS)}
        onClick={follow}
        onMouseOver={explain}
        onFocus={explain}
      >
        <caption className="sr-only">Who uses what: how often each person did each event</caption>
        <thead>
          <tr>
            <th
              scope="col"
              aria-sort={by === null ? "descending" : undefined}
              className="sticky left-0 z-10 h-40 min-w-44 max-w-56 border-b bg-background px-4 pb-2 text-left align-bottom font-medium text-muted-foreground text-xs sm:min-w-60 sm:px-6"
            >
              <button
                type="button"
                onClick={() => void setSort({ by: null, of: null })}
                className="rounded-sm hover:text-foreground"
              >
                Most active first
              </button>
            </th>
            {columns.map(({ name, label, people, events: times, isDropped }) => (
              <th
                key={name}
                scope="col"
                aria-sort={by === name ? "descending" : undefined}
                className="h-40 w-14 min-w-14 border-b p-0 align-bottom font-medium text-muted-foreground text-xs"
              >
                <button
                  type="button"
                  title={`${label}: ${people === 0 ? "not tried yet" : people === 1 ? "1 person" : `${formatCount(people)} people`}, ${pluralCount(times, "time")}. Sort people by it`}
                  onClick={() => void setSort({ by: by === name ? null : name })}
                  className="mx-auto flex h-38 w-10 items-center justify-end gap-1 rounded-sm pb-1 [writing-mode:vertical-rl] hover:text-foreground"
                >
                  <span className={cn("max-h-33 rotate-180 truncate text-left", by === name && "text-foreground")}>
                    {label}
                    {people === 0 && <span className="font-normal italic"> · not tried</span>}
                    {isDropped && <span className="text-warning"> · dropped</span>}
                  </span>
                  {by === name && <ArrowDown aria-hidden="true" className="size-3 shrink-0 text-foreground" />}
                </button>
              </th>
            ))}
            <td className="w-full border-b" />
          </tr>
        </thead>
        <tbody>
          {rows.map((user) => (
            <tr key={user.key} className="group">
              <th
                scope="row"
                className="sticky left-0 z-10 h-10 min-w-44 max-w-56 border-b bg-background px-4 text-left font-normal sm:min-w-60 sm:px-6"
              >
                <span className="flex items-center gap-2">
                  <Avatar name={user.name} className="size-6 max-sm:hidden" />
                  <a
                    href={user.href}
                    title={`${pluralCount(user.events, "event")}, last ${formatExactTime(user.lastAt, clock.zone)}`}
                    className="min-w-0 flex-1 truncate rounded-sm font-medium hover:text-primary"
                  >
                    {user.name}
                    {user.left && <span className="font-normal text-muted-foreground"> · left</span>}
                  </a>
                  <button
                    type="button"
                    aria-label={`Sort events by ${user.name}`}
                    aria-pressed={of === user.key}
                    onClick={() => void setSort({ of: of === user.key ? null : user.key })}
                    className={cn(
                      "rounded-sm p-0.5 text-muted-foreground hover:text-foreground",
                      of === user.key
                        ? "text-foreground"
                        : "opacity-0 focus-visible:opacity-100 group-hover:opacity-100",
                    )}
                  >
                    →
                  </button>
                </span>
              </th>
              {columns.map(({ name, index, query }) => {
                const cell = user.cells[index];
                return cell ? (
                  <td key={name}>
                    <a href={`${user.href}?${query}#timeline`} className={SHADES[levelOf(cell[0], mostEvents)]}>
                      {formatCount(cell[0])}
                    </a>
                  </td>
                ) : (
                  <td key={name} data-never>
                    <span className="sr-only">never</span>
                  </td>
                );
              })}
              <td />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
