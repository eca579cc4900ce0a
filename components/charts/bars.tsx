"use client";

import { useRouter } from "next/navigation";
import { Bar, Cell, ComposedChart, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { formatCount } from "@/lib/format/number";

/** A part of every bar, from the bottom up; `color` is a CSS colour. */
export type Series = { key: string; label: string; color: string };
/** `values` and `hrefs` (the list that each part counts) by series. */
export type BarPoint = {
  label: string;
  values: Record<string, number>;
  hrefs: Record<string, string | undefined>;
  /** The previous period, drawn as a line, and its label. */
  before?: { label: string; value: number };
  /** The period is not over: drawn lighter and labelled accordingly. */
  unfinished?: boolean;
};
/** `unit`: of the values of a single series. */
export type BarsProps = { points: BarPoint[]; series: Series[]; unit?: string; height: number };

/** Keeps a single bar from filling the chart. */
const MAX_BAR_PX = 48;
const TICK = { fontSize: 10, fill: "var(--muted-foreground)" };
const COMPACT = new Intl.NumberFormat("en", { notation: "compact" });
/** "9,500", "130K": longer numbers would be cut off at the edge; a bar's tooltip has them in full. */
const short = (value: number): string => (value < 10_000 ? formatCount(value) : COMPACT.format(value));
/** Parts of a stack are divided by a line, and their sums are longer numbers. */
const STACKED = {
  bar: { stackId: "all", stroke: "var(--background)", strokeWidth: 1 },
  axis: { width: 42, tickCount: 4, tickFormatter: short },
  unfinishedOpacity: 0.55,
} as const;
const SINGLE = {
  bar: { radius: [2, 2, 0, 0] as [number, number, number, number] },
  axis: { width: 34, tickCount: 3, tickFormatter: short },
  unfinishedOpacity: 0.45,
};

/** Bars over time, of one or several series; bars-lazy.tsx loads this when it scrolls into view. */
export default function Bars({ points, series, unit, height }: BarsProps) {
  const router = useRouter();
  const look = series.length > 1 ? STACKED : SINGLE;
  return (
    <ResponsiveContainer width="100%" height={height}>
      <ComposedChart
        accessibilityLayer={false}
        data={points}
        margin={{ top: 4, right: 0, bottom: 0, left: 0 }}
        barCategoryGap="18%"
      >
        <XAxis dataKey="label" tickLine={false} axisLine={false} minTickGap={28} height={18} tick={TICK} />
        <YAxis tickLine={false} axisLine={false} allowDecimals={false} tick={TICK} {...look.axis} />
        <Tooltip
          cursor={{ fill: "var(--muted)" }}
          isAnimationActive={false}
          content={({ active, payload }) => {
            const point = payload?.[0]?.payload as BarPoint | undefined;
            return active && point ? <Hint point={point} series={series} unit={unit} /> : null;
          }}
        />
        {series.map(({ key, color }) => (
          <Bar
            key={key}
            dataKey={`values.${key}`}
            fill={color}
            maxBarSize={MAX_BAR_PX}
            isAnimationActive={false}
            className={points.some(({ hrefs }) => hrefs[key]) ? "cursor-pointer" : undefined}
            onClick={({ payload }: { payload?: BarPoint }) => {
              const href = payload?.hrefs[key];
              if (href) router.push(href);
            }}
            {...look.bar}
          >
            {points.map(({ label, unfinished }) => (
              <Cell key={label} fillOpacity={unfinished ? look.unfinishedOpacity : 1} />
            ))}
          </Bar>
        ))}
        {points.some(({ before }) => before) && (
          <Line
            dataKey="before.value"
            stroke="var(--foreground)"
            strokeOpacity={0.6}
            strokeWidth={1.5}
            strokeDasharray="3 3"
            dot={false}
            activeDot={false}
            isAnimationActive={false}
          />
        )}
      </ComposedChart>
    </ResponsiveContainer>
  );
}

type HintProps = { point: BarPoint; series: Series[]; unit: string | undefined };

const Hint = ({ point, series, unit }: HintProps) =>
  series.length > 1 ? <StackHint point={point} series={series} /> : <SingleHint point={point} unit={unit} />;

const SingleHint = ({ point, unit }: Pick<HintProps, "point" | "unit">) => (
  <div className="rounded-md border bg-popover px-2 py-1 text-xs shadow-md">
    {nameOf(point)}: <Figure>{Object.values(point.values)[0] ?? 0}</Figure> {unit}
    {point.before && (
      <p className="text-muted-foreground">
        {point.before.label}: <span className="tabular-nums">{formatCount(point.before.value)}</span>
      </p>
    )}
  </div>
);

const StackHint = ({ point, series }: Pick<HintProps, "point" | "series">) => (
  <div className="grid gap-0.5 rounded-md border bg-popover px-2.5 py-1.5 text-xs shadow-md">
    <p className="font-medium">{nameOf(point)}</p>
    {series.toReversed().map(({ key, label, color }) => (
      <p key={key} className="flex items-center gap-1.5">
        <span aria-hidden="true" className="size-2 rounded-[2px]" style={{ background: color }} />
        {label}
        <span className="ml-auto pl-3">
          <Figure>{point.values[key] ?? 0}</Figure>
        </span>
      </p>
    ))}
  </div>
);

const nameOf = ({ label, unfinished }: BarPoint): string => (unfinished ? `${label}, so far` : label);

const Figure = ({ children }: { children: number }) => (
  <span className="font-medium tabular-nums">{formatCount(children)}</span>
);
