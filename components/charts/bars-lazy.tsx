"use client";

import { lazy } from "react";
import type { BarsProps } from "@/components/charts/bars";
import { WhenInSight } from "@/components/charts/when-in-sight";
import { count } from "@/lib/format/number";

/** Recharts is 100 KiB of script, so it loads when a chart scrolls into view. */
const Bars = lazy(() => import("@/components/charts/bars"));

/** `label` names the chart; screen readers get the figures as a table. */
export function BarChart({ label, ...props }: BarsProps & { label: string }) {
  return (
    <figure aria-label={label}>
      <WhenInSight height={props.height}>
        <Bars {...props} />
      </WhenInSight>
      {/* A table grows with its content even when visually hidden, so the box around it is clipped instead. */}
      <div className="sr-only">
        <table>
          <caption>{label}</caption>
          <tbody>
            {props.points.map(({ label: name, value, before, unfinished }) => (
              <tr key={name}>
                <th scope="row">
                  {name}
                  {unfinished && ", so far"}
                </th>
                <td>
                  {count(value)} {props.unit}
                </td>
                {before && (
                  <td>
                    {before.label}: {count(before.value)}
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
