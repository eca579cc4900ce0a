"use client";

import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { BarsProps } from "@/components/charts/bars";
import { Skeleton } from "@/components/ui/skeleton";
import { count } from "@/lib/format/number";

/** Recharts is 100 KiB of script, so it loads when a chart scrolls into view. */
const Bars = lazy(() => import("@/components/charts/bars"));

/** `label` names the chart; screen readers get the figures as a table. */
export function BarChart({ label, ...props }: BarsProps & { label: string }) {
  const [inSight, setInSight] = useState(false);
  const root = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!root.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && setInSight(true));
    observer.observe(root.current);
    return () => observer.disconnect();
  }, []);
  const waiting = <Skeleton className="h-full w-full opacity-60" />;
  return (
    <figure ref={root} aria-label={label}>
      <div aria-hidden="true" style={{ height: props.height }}>
        {inSight ? (
          <Suspense fallback={waiting}>
            <Bars {...props} />
          </Suspense>
        ) : (
          waiting
        )}
      </div>
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
