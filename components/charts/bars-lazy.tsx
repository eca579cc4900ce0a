"use client";

import { lazy } from "react";
import type { BarPoint, BarsProps } from "@/components/charts/bars";
import { WhenInSight } from "@/components/charts/when-in-sight";
import { formatCount } from "@/lib/format/number";

/** Recharts is 100 KiB of script, so it loads when a chart scrolls into view. */
const Bars = lazy(() => import("@/components/charts/bars"));

/** `href`: the list that the bar counts. */
type Point = Pick<BarPoint, "label" | "before" | "unfinished"> & { value: number; href?: string };
type BarChartProps = { label: string; points: Point[]; unit: string; height: number };

/** `label` names the chart; screen readers get the figures as a table. */
export function BarChart({ label, points, unit, height }: BarChartProps) {
  return (
    <figure aria-label={label}>
      <StackedChart
        points={points.map(({ value, href, ...point }) => ({
          ...point,
          values: { value },
          hrefs: { value: href },
        }))}
        series={[{ key: "value", label, color: "var(--primary)" }]}
        unit={unit}
        height={height}
      />
      {/* A table grows with its content even when visually hidden, so the box around it is clipped instead. */}
      <div className="sr-only">
        <table>
          <caption>{label}</caption>
          <tbody>
            {points.map(({ label: name, value, before, unfinished }) => (
              <tr key={name}>
                <th scope="row">
                  {name}
                  {unfinished && ", so far"}
                </th>
                <td>
                  {formatCount(value)} {unit}
                </td>
                {before && (
                  <td>
                    {before.label}: {formatCount(before.value)}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

/** Stacked bars. Screen readers and keyboards have the table beside it. */
export function StackedChart(props: BarsProps) {
  return (
    <WhenInSight height={props.height}>
      <Bars {...props} />
    </WhenInSight>
  );
}
