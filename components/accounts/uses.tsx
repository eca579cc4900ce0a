"use client";

import { ArrowDown, ArrowRight } from "lucide-react";
import Link from "next/link";
import { parseAsString, useQueryStates } from "nuqs";
import { levelOf } from "@/components/charts/calendar-days";
import type { Clock } from "@/components/time";
import { Avatar } from "@/components/ui/avatar";
import { cn } from "@/components/ui/cn";
import { count, counted } from "@/lib/format/number";
import { exact, relative } from "@/lib/format/time";

export type UsesUser = { key: string; name: string; href: string; events: number; lastAt: number; left: boolean };
export type UsesEvent = { name: string; label: string; people: number; events: number };
/** How often, when last (ms), and the URL of these events. */
export type UsesCell = { user: string; name: string; events: number; lastAt: number; href: string };

type UsesTableProps = { users: UsesUser[]; events: UsesEvent[]; cells: UsesCell[]; clock: Clock };

const SHADES = ["", "bg-primary/10", "bg-primary/20", "bg-primary/30", "bg-primary/45"];

/**
 * Who uses what, how often: one row per person, one column per event. A column's header sorts people by it, the arrow
 * next to a person sorts events by them; both are in the URL.
 */
export function UsesTable({ users, events, cells, clock }: UsesTableProps) {
  const [{ by, of }, setSort] = useQueryStates(
    { by: parseAsString, of: parseAsString },
    { history: "replace", shallow: true },
  );
  const found = new Map(cells.map((cell) => [`${cell.user}\n${cell.name}`, cell]));
  const cellAt = (user: string, name: string) => found.get(`${user}\n${name}`);
  const timesOf = (user: string, name: string) => cellAt(user, name)?.events ?? 0;
  const rows = by === null ? users : users.toSorted((a, b) => timesOf(b.key, by) - timesOf(a.key, by));
  const columns = of === null ? events : events.toSorted((a, b) => timesOf(of, b.name) - timesOf(of, a.name));
  const most = Math.max(1, ...cells.map((cell) => cell.events));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard
    <section aria-label="Who uses what" tabIndex={0} className="relative min-w-0 overflow-x-auto">
      <table className="border-separate border-spacing-0 text-[13px]">
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
            {columns.map(({ name, label, people, events: times }) => (
              <th
                key={name}
                scope="col"
                aria-sort={by === name ? "descending" : undefined}
                className="h-40 w-14 min-w-14 border-b p-0 align-bottom font-medium text-muted-foreground text-xs"
              >
                <button
                  type="button"
                  title={`${label}: ${people === 0 ? "not tried yet" : people === 1 ? "1 person" : `${count(people)} people`}, ${counted(times, "time")}. Sort people by it`}
                  onClick={() => void setSort({ by: by === name ? null : name })}
                  className="mx-auto flex h-38 w-10 items-center gap-1 rounded-sm pb-1 [writing-mode:vertical-rl] hover:text-foreground"
                >
                  <span className={cn("max-h-33 rotate-180 truncate text-left", by === name && "text-foreground")}>
                    {label}
                    {people === 0 && <span className="font-normal italic"> · not tried</span>}
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
                  <Link
                    href={user.href}
                    prefetch={false}
                    title={`${counted(user.events, "event")}, last ${exact(user.lastAt, clock.zone)}`}
                    className="min-w-0 flex-1 truncate rounded-sm font-medium hover:text-primary"
                  >
                    {user.name}
                    {user.left && <span className="font-normal text-muted-foreground"> · left</span>}
                  </Link>
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
                    <ArrowRight aria-hidden="true" className="size-3.5" />
                  </button>
                </span>
              </th>
              {columns.map(({ name, label }) => {
                const cell = cellAt(user.key, name);
                return (
                  <td key={name} className="h-10 border-b p-0.5 text-center tabular-nums">
                    {cell ? (
                      <Link
                        href={cell.href}
                        prefetch={false}
                        title={`${user.name}, ${label}: ${counted(cell.events, "time")}, last ${relative(cell.lastAt, clock.now)}`}
                        className={cn(
                          "flex h-9 min-w-12 items-center justify-center rounded-sm hover:ring-1 hover:ring-ring",
                          SHADES[levelOf(cell.events, most)],
                        )}
                      >
                        {count(cell.events)}
                      </Link>
                    ) : (
                      <span className="text-muted-foreground/50">
                        <span aria-hidden="true">·</span>
                        <span className="sr-only">never</span>
                      </span>
                    )}
                  </td>
                );
              })}
              <td className="border-b" />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
