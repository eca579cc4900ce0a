"use client";

import { useRouter } from "next/navigation";
import { Bar, Cell, ComposedChart, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { count } from "@/lib/format/number";

/** `href`: the list that the bar counts. `before`: the previous period, drawn as a line, and its label. */
export type BarPoint = {
  label: string;
  value: number;
  href?: string;
  before?: { label: string; value: number };
  /** The period is not over: drawn lighter and labelled accordingly. */
  unfinished?: boolean;
};
export type BarsProps = { points: BarPoint[]; unit: string; height: number };

/** Keeps a single bar from filling the chart. */
const MAX_BAR_PX = 48;
const UNFINISHED_OPACITY = 0.45;

/** Bars over time, drawn by Recharts; bars-lazy.tsx loads this when it scrolls into view. */
export default function Bars({ points, unit, height }: BarsProps) {
  const router = useRouter();
  return (
    <ResponsiveContainer width="100%" height={height}>
      <ComposedChart
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
          width={34}
          tickLine={false}
          axisLine={false}
          allowDecimals={false}
          tickCount={3}
          tick={{ fontSize: 10, fill: "var(--muted-foreground)" }}
        />
        <Tooltip
          cursor={{ fill: "var(--muted)" }}
          isAnimationActive={false}
          content={({ active, payload }) => {
            const point = payload?.[0]?.payload as BarPoint | undefined;
            if (!active || !point) return null;
            return (
              <div className="rounded-md border bg-popover px-2 py-1 text-xs shadow-md">
                {point.label}
                {point.unfinished && ", so far"}: <span className="font-medium tabular-nums">{count(point.value)}</span>{" "}
                {unit}
                {point.before && (
                  <p className="text-muted-foreground">
                    {point.before.label}: <span className="tabular-nums">{count(point.before.value)}</span>
                  </p>
                )}
              </div>
            );
          }}
        />
        <Bar
          dataKey="value"
          fill="var(--primary)"
          radius={[2, 2, 0, 0]}
          maxBarSize={MAX_BAR_PX}
          isAnimationActive={false}
          className={points.some(({ href }) => href) ? "cursor-pointer" : undefined}
          onClick={({ payload }: { payload?: BarPoint }) => payload?.href && router.push(payload.href)}
        >
          {points.map(({ label, unfinished }) => (
            <Cell key={label} fillOpacity={unfinished ? UNFINISHED_OPACITY : 1} />
          ))}
        </Bar>
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
