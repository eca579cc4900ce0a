"use client";

import { Area, AreaChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { formatCount } from "@/lib/format/number";

/** `label`: the day for display ("12 Mar"). */
export type GrowthPoint = { label: string; people: number };
export type GrowthProps = { points: GrowthPoint[]; height: number };

const tick = { fontSize: 11, fill: "var(--muted-foreground)" };

/** Size of a segment by day, drawn by Recharts; growth-lazy.tsx loads this when it scrolls into view. */
export default function Growth({ points, height }: GrowthProps) {
  return (
    <ResponsiveContainer width="100%" height={height}>
      <AreaChart data={points} margin={{ top: 6, right: 6, bottom: 0, left: 0 }}>
        <XAxis dataKey="label" tickLine={false} axisLine={false} minTickGap={40} height={20} tick={tick} />
        <YAxis width={38} tickLine={false} axisLine={false} allowDecimals={false} tickCount={4} tick={tick} />
        <Tooltip
          cursor={{ stroke: "var(--border)" }}
          isAnimationActive={false}
          content={({ active, payload }) => {
            const point = payload?.[0]?.payload as GrowthPoint | undefined;
            if (!active || !point) return null;
            return (
              <div className="rounded-md border bg-popover px-2 py-1 text-xs shadow-md">
                {point.label}: <span className="font-medium tabular-nums">{formatCount(point.people)}</span>
              </div>
            );
          }}
        />
        <Area
          dataKey="people"
          type="stepAfter"
          stroke="var(--primary)"
          strokeWidth={1.75}
          fill="var(--primary)"
          fillOpacity={0.12}
          isAnimationActive={false}
        />
      </AreaChart>
    </ResponsiveContainer>
  );
}
