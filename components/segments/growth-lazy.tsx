"use client";

import { lazy } from "react";
import { WhenInSight } from "@/components/charts/when-in-sight";
import type { GrowthProps } from "@/components/segments/growth";
import { formatCount } from "@/lib/format/number";
import type { Subject } from "@/lib/segments/rule";

const Growth = lazy(() => import("@/components/segments/growth"));

/** Screen readers get the figures as a table. */
export function GrowthChart({ points, height, of }: GrowthProps & { of: Subject }) {
  const caption = `${of === "accounts" ? "Accounts" : "People"} in the segment, day by day`;
  return (
    <figure aria-label={caption}>
      <WhenInSight height={height}>
        <Growth points={points} height={height} />
      </WhenInSight>
      {/* A table grows with its content even when visually hidden, so the box around it is clipped instead. */}
      <div className="sr-only">
        <table>
          <caption>{caption}</caption>
          <tbody>
            {points.map(({ label, people }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{formatCount(people)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
