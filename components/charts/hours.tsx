"use client"; // so that the page sends the numbers only, not the rendered cells as well

import { pluralCount } from "@/lib/format/number";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const FILLS = ["fill-muted", "fill-primary/30", "fill-primary/50", "fill-primary/75", "fill-primary"];
const LEFT = 26;
const CELL_WIDTH = 10;
const CELL_HEIGHT = 12;

/** Heat map by weekday (rows, starting on Monday) and hour. */
export type HourCell = { events: number; level: number };

export function Hours({ grid }: { grid: HourCell[][] }) {
  const cells = grid.flatMap((row, weekday) => row.map((cell, hour) => ({ ...cell, weekday, hour })));
  const most = cells.reduce(
    (best, cell) => (cell.events > best.events ? cell : best),
    cells[0] as (typeof cells)[number],
  );
  const summary =
    most.events === 0
      ? "No activity"
      : `By weekday and hour. Busiest: ${DAYS[most.weekday]}s from ${most.hour}:00, ${pluralCount(most.events, "event")}`;
  return (
    <svg
      role="img"
      aria-label={summary}
      viewBox={`0 0 ${LEFT + 24 * CELL_WIDTH} ${7 * CELL_HEIGHT + 12}`}
      className="block w-full max-w-md"
    >
      {cells.map(({ weekday, hour, events, level }) => (
        <rect
          key={`${weekday}-${hour}`}
          x={LEFT + hour * CELL_WIDTH}
          y={weekday * CELL_HEIGHT}
          width={CELL_WIDTH - 1.5}
          height={CELL_HEIGHT - 1.5}
          rx={1.5}
          className={FILLS[level]}
        >
          <title>{`${DAYS[weekday]} ${hour}:00: ${pluralCount(events, "event")}`}</title>
        </rect>
      ))}
      {DAYS.map((name, index) => (
        <text key={name} x={0} y={index * CELL_HEIGHT + 8.5} className="fill-muted-foreground text-[8px]">
          {name.slice(0, 3)}
        </text>
      ))}
      {[0, 6, 12, 18].map((hour) => (
        <text
          key={hour}
          x={LEFT + hour * CELL_WIDTH}
          y={7 * CELL_HEIGHT + 8}
          className="fill-muted-foreground text-[8px]"
        >
          {`${hour}:00`}
        </text>
      ))}
    </svg>
  );
}
