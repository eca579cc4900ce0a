import type { ReactNode } from "react";
import {
  type AxisTick,
  axisPercent,
  type LanePiece,
  type LaneTone,
  piecesOf,
  type TimeAxis,
} from "@/components/identity/scale";
import { formatDateTime } from "@/lib/format/time";
import type { PersonIdentity, Stretch } from "@/lib/identity/person-identities";

const HEIGHT_PX = 26;
const BAR_PX = 12;
const LINE_PX = 2;
/** Minimum width of a visible piece, in percent of the axis. */
const LEAST_WIDTH = 0.8;

const FILLS: Record<LaneTone, string> = {
  sent: "fill-primary",
  identified: "fill-primary",
  claimed: "fill-[color-mix(in_oklab,var(--primary)_45%,var(--background))]",
  inferred: "fill-[url(#lane-inferred)]",
  other: "fill-[color-mix(in_oklab,var(--muted-foreground)_45%,var(--background))]",
  nobody: "fill-background stroke-muted-foreground/60 [stroke-dasharray:3_2]",
  erased: "fill-[url(#lane-erased)]",
};
const LINES: Record<LaneTone, string> = {
  ...FILLS,
  identified: "fill-primary/30",
  other: "fill-muted-foreground/25",
  nobody: "fill-border",
};

const NAMES: Record<LaneTone, string> = {
  sent: "Sent with this id",
  identified: "Logged in",
  claimed: "Before the first log-in",
  inferred: "After the last log-in",
  other: "Someone else",
  nobody: "Nobody",
  erased: "Erased",
};

/** Hatch patterns, rendered once per page and shared by all lanes. */
export function LanePatterns() {
  return (
    <svg aria-hidden="true" className="absolute size-0">
      <defs>
        <pattern id="lane-inferred" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="5" height="5" className="fill-primary/20" />
          <rect width="2" height="5" className="fill-primary" />
        </pattern>
        <pattern id="lane-erased" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
          <rect width="2" height="6" className="fill-muted-foreground/40" />
        </pattern>
      </defs>
    </svg>
  );
}

type LaneBarProps = { lane: PersonIdentity; axis: TimeAxis; ticks: AxisTick[]; zone: string };

/** A lane on the time axis. The text below it says the same, so the picture only needs a name. */
export function LaneBar({ lane, axis, ticks, zone }: LaneBarProps) {
  const own = lane.kind === "user" ? userPieces(lane) : [];
  return (
    <svg
      role="img"
      aria-label={`${lane.id} over time`}
      width="100%"
      height={HEIGHT_PX}
      className="block overflow-visible"
    >
      {ticks.map((tick) => (
        <line
          key={tick.at}
          x1={`${axisPercent(axis, tick.at)}%`}
          x2={`${axisPercent(axis, tick.at)}%`}
          y1={0}
          y2={HEIGHT_PX}
          className="stroke-border"
        />
      ))}
      {own.map((piece) => (
        <Bar key={piece.tone} piece={piece} axis={axis} zone={zone} />
      ))}
      {lane.stretches.map((stretch) => (
        <g key={stretch.from}>
          {piecesOf(stretch, axis).map((piece) => (
            <Bar key={`${piece.tone} ${piece.thin}`} piece={piece} axis={axis} zone={zone} />
          ))}
        </g>
      ))}
      {logIns(lane).map(({ at, userId }) => (
        <circle
          key={at}
          cx={`${axisPercent(axis, at)}%`}
          cy={HEIGHT_PX / 2}
          r={4.5}
          className="fill-background stroke-[2.5] stroke-primary"
        >
          <title>{`Identified as ${userId}, ${formatDateTime(at, zone)}`}</title>
        </circle>
      ))}
    </svg>
  );
}

/** The identify events that gave the person their stretches; drawn on top. */
const logIns = (lane: PersonIdentity) =>
  lane.stretches.flatMap(({ owner, identifiedFrom, userId }) =>
    owner === "person" && identifiedFrom !== null ? [{ at: identifiedFrom, userId }] : [],
  );

const userPieces = ({ firstSeen, lastSeen }: Pick<Stretch, "firstSeen" | "lastSeen">): LanePiece[] =>
  firstSeen === null || lastSeen === null ? [] : [{ tone: "sent", from: firstSeen, to: lastSeen, thin: false }];

function Bar({ piece, axis, zone }: { piece: LanePiece; axis: TimeAxis; zone: string }) {
  const { tone, from, to, thin } = piece;
  const width = Math.max(axisPercent(axis, to) - axisPercent(axis, from), thin ? 0 : LEAST_WIDTH);
  const left = Math.min(axisPercent(axis, from), 100 - width);
  const height = thin ? LINE_PX : BAR_PX;
  return (
    <rect
      x={`${left}%`}
      y={(HEIGHT_PX - height) / 2}
      width={`${width}%`}
      height={height}
      rx={thin ? 1 : 3}
      className={(thin ? LINES : FILLS)[tone]}
    >
      {!thin && <title>{`${NAMES[tone]}: ${formatDateTime(from, zone)} – ${formatDateTime(to, zone)}`}</title>}
    </rect>
  );
}

/** Tick labels of the axis, above the lanes. */
export function LaneAxis({ axis, ticks }: { axis: TimeAxis; ticks: AxisTick[] }) {
  return (
    <div aria-hidden="true" className="relative h-5 text-2xs text-muted-foreground tabular-nums">
      {ticks.map((tick) => {
        const at = axisPercent(axis, tick.at);
        return (
          <span
            key={tick.at}
            style={{ left: `${at}%` }}
            className={`absolute whitespace-nowrap ${at < 6 ? "" : at > 92 ? "-translate-x-full" : "-translate-x-1/2"}`}
          >
            {tick.label}
          </span>
        );
      })}
    </div>
  );
}

const LEGEND: LaneTone[] = ["claimed", "identified", "inferred", "other", "nobody", "erased"];

/** Legend of the tones on this page. For an anonymous visitor, unowned stretches are theirs. */
export function Legend({ tones, visitor }: { tones: ReadonlySet<LaneTone>; visitor: boolean }): ReactNode {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-muted-foreground text-xs">
      {LEGEND.filter((tone) => tones.has(tone)).map((tone) => (
        <li key={tone} className="flex items-center gap-1.5">
          <svg aria-hidden="true" width={16} height={10}>
            <rect x={0.5} y={0.5} width={15} height={9} rx={2.5} className={FILLS[tone]} />
          </svg>
          {visitor && tone === "nobody" ? "This visitor" : NAMES[tone]}
        </li>
      ))}
    </ul>
  );
}
