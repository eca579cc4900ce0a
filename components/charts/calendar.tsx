"use client";

import { type KeyboardEvent, type MouseEvent, useRef, useState } from "react";
import { levelOf } from "@/components/charts/calendar-days";
import { useFollowLinks } from "@/components/ui/follow-links";
import { pluralCount } from "@/lib/format/number";
import { dayKey, formatDate } from "@/lib/format/time";

const DAY_MS = 24 * 60 * 60 * 1000;

/** From one cell of 10 to the next, in SVG units (pixels where there is room). */
const STEP = 12;
const LEFT = 26;
const TOP = 14;

const FILLS = ["fill-muted", "fill-primary/30", "fill-primary/50", "fill-primary/75", "fill-primary"];

export type CalendarDay = { day: string; events: number };

/** `first`: the first day, a Monday, at 0:00 UTC (ms); `events`: of that day and each one after it. */
type CalendarProps = { first: number; events: number[]; href: string };

/**
 * A year with one column per week, starting on Monday. Days with activity are links; one is a tab stop, and arrow keys
 * move between them.
 */
export function Calendar({ first, events: counts, href }: CalendarProps) {
  const days = counts.map((events, index) => ({ day: dayKey(first + index * DAY_MS, "UTC"), events }));
  const mostEvents = Math.max(1, ...counts);
  const active = days.flatMap(({ events }, index) => (events > 0 ? [index] : []));
  const [focused, setFocused] = useState<string>();
  const stop = tabStop(days, focused);
  const root = useRef<SVGSVGElement>(null);
  const follow = useFollowLinks();
  const weeks = Math.ceil(days.length / 7);

  const move = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -7, ArrowRight: 7, ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by === undefined || stop === undefined) return;
    event.preventDefault();
    // Active days in that direction.
    const ahead = active.filter((index) => (by > 0 ? index > stop : index < stop));
    const next = ahead.sort((a, b) => Math.abs(a - stop - by) - Math.abs(b - stop - by))[0];
    if (next === undefined) return;
    setFocused(days[next]?.day);
    root.current?.querySelector<SVGAElement>(`[data-index="${next}"]`)?.focus();
  };

  const labelOf = (index: number): string => {
    const events = counts[index] ?? 0;
    return `${formatDate(first + index * DAY_MS, "UTC")}: ${events === 0 ? "nothing" : pluralCount(events, "event")}`;
  };

  /** A tooltip for the cell under the pointer only: those of all days would be half of the calendar's HTML. */
  const explain = ({ target }: MouseEvent<SVGSVGElement>) => {
    if (!(target instanceof SVGRectElement)) return;
    const column = (target.x.baseVal.value - LEFT) / STEP;
    const title = target.firstChild ?? target.appendChild(document.createElementNS(target.namespaceURI, "title"));
    title.textContent = labelOf(7 * column + (target.y.baseVal.value - TOP) / STEP);
  };

  return (
    // rtl: when the calendar overflows, its end stays visible
    <nav
      aria-label={`Activity of a year, active on ${pluralCount(active.length, "day")}. Arrow keys move between days`}
      className="w-fit max-w-full overflow-x-auto [direction:rtl]"
    >
      <svg
        ref={root}
        width={LEFT + weeks * STEP}
        height={TOP + 7 * STEP}
        onClick={follow}
        onKeyDown={move}
        onFocus={({ target }) => setFocused(days[Number(target.getAttribute("data-index") ?? stop)]?.day)}
        onMouseOver={explain}
        className="block [direction:ltr] [&_a:focus-visible>rect]:stroke-2 [&_a:focus-visible>rect]:stroke-ring [&_a:hover>rect]:stroke-foreground [&_a]:outline-none [&_rect]:h-[10px] [&_rect]:w-[10px] [&_rect]:[rx:2px]"
      >
        <title>Days with activity, a column a week</title>
        {["Mon", "Wed", "Fri"].map((name, index) => (
          <text key={name} x={0} y={TOP + index * 2 * STEP + 9} className="fill-muted-foreground text-[9px]">
            {name}
          </text>
        ))}
        {monthsOf(days).map(({ column, name }) => (
          <text key={column} x={LEFT + column * STEP} y={8} className="fill-muted-foreground text-[9px]">
            {name}
          </text>
        ))}
        {days.map(({ day, events }, index) => {
          const cell = (
            <rect
              key={day}
              x={LEFT + Math.floor(index / 7) * STEP}
              y={TOP + (index % 7) * STEP}
              className={FILLS[levelOf(events, mostEvents)]}
            />
          );
          if (events === 0) return cell;
          return (
            <a
              key={day}
              href={`${href}?on=${day}#timeline`}
              data-index={index}
              tabIndex={index === stop ? 0 : -1}
              aria-label={labelOf(index)}
            >
              {cell}
            </a>
          );
        })}
      </svg>
    </nav>
  );
}

/**
 * The index of the one day that Tab reaches: the day focused last, or the latest one with activity. Found again on
 * every render, because indexes shift when the reader's time zone becomes known or a day passes.
 */
export function tabStop(days: readonly CalendarDay[], focused?: string): number | undefined {
  const index = days.findIndex(({ day, events }) => day === focused && events > 0);
  const found = index >= 0 ? index : days.findLastIndex(({ events }) => events > 0);
  return found < 0 ? undefined : found;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
/** Width of a month's label, in columns. */
const NAME_COLUMNS = 3;

/** Month labels over the first whole week of each month. */
function monthsOf(days: readonly CalendarDay[]): { column: number; name: string }[] {
  const found: { column: number; name: string }[] = [];
  for (let index = 7; index < days.length; index += 7) {
    const month = Number(days[index]?.day.slice(5, 7));
    if (month !== Number(days[index - 7]?.day.slice(5, 7)) && index / 7 + NAME_COLUMNS <= days.length / 7 + 1) {
      found.push({ column: index / 7, name: MONTHS[month - 1] as string });
    }
  }
  return found;
}
