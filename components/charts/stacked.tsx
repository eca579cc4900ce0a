"use client";

import { useRouter } from "next/navigation";
import { Bar, BarChart, Cell, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { count } from "@/lib/format/number";

/** A part of every bar, from the bottom up; `color` is a CSS colour. */
export type StackedSeries = { key: string; label: string; color: string };
/** `values` and `hrefs` (the list that each part counts) by series. */
export type StackedPoint = {
  label: string;
  values: Record<string, number>;
  hrefs: Record<string, string>;
  /** The period is not over: drawn lighter and labelled accordingly. */
  unfinished?: boolean;
};
export type StackedProps = { points: StackedPoint[]; series: StackedSeries[]; height: number };

const MAX_BAR_PX = 48;
const UNFINISHED_OPACITY = 0.55;

/** Stacked bars over time, drawn by Recharts; stacked-lazy.tsx loads this when it scrolls into view. */
export default function Stacked({ points, series, height }: StackedProps) {
  const router = useRouter();
  return (
    <ResponsiveContainer width="100%" height={height}>
      <BarChart
        accessibilityLayer={false}
        data={points}
        margin={{ top: 4, right: 0, bottom: 0, left: 0 }}
        barCategoryGap="18%"
      >
        <XAxis
          dataKey="label"
          tickLine={false}
          axisLine={false}
          minTickGap={28}
          height={18}
          tick={{ fontSize: 10, fill: "var(--muted-foreground)" }}
        />
        <YAxis
          width={42}
          tickLine={false}
          axisLine={false}
          allowDecimals={false}
          tickCount={4}
          tickFormatter={count}
          tick={{ fontSize: 10, fill: "var(--muted-foreground)" }}
        />
        <Tooltip
          cursor={{ fill: "var(--muted)" }}
          isAnimationActive={false}
          content={({ active, payload }) => {
            const point = payload?.[0]?.payload as StackedPoint | undefined;
            return active && point ? <Hint point={point} series={series} /> : null;
          }}
        />
        {series.map(({ key, color }) => (
          <Bar
            key={key}
            stackId="all"
            dataKey={`values.${key}`}
            fill={color}
            stroke="var(--background)"
            strokeWidth={1}
            maxBarSize={MAX_BAR_PX}
            isAnimationActive={false}
            className="cursor-pointer"
            onClick={({ payload }: { payload?: StackedPoint }) => {
              const href = payload?.hrefs[key];
              if (href) router.push(href);
            }}
          >
            {points.map(({ label, unfinished }) => (
              <Cell key={label} fillOpacity={unfinished ? UNFINISHED_OPACITY : 1} />
            ))}
          </Bar>
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}

const Hint = ({ point, series }: { point: StackedPoint; series: StackedSeries[] }) => (
  <div className="grid gap-0.5 rounded-md border bg-popover px-2.5 py-1.5 text-xs shadow-md">
    <p className="font-medium">
      {point.label}
      {point.unfinished && ", so far"}
    </p>
    {series.toReversed().map(({ key, label, color }) => (
      <p key={key} className="flex items-center gap-1.5">
        <span aria-hidden="true" className="size-2 rounded-[2px]" style={{ background: color }} />
        {label}
        <span className="ml-auto pl-3 font-medium tabular-nums">{count(point.values[key] ?? 0)}</span>
      </p>
    ))}
  </div>
);
