"use client";

import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { GrowthProps } from "@/components/segments/growth";
import { Skeleton } from "@/components/ui/skeleton";
import { count } from "@/lib/format/number";

/** Recharts is 100 KiB of script, so it loads when the chart scrolls into view. */
const Growth = lazy(() => import("@/components/segments/growth"));

/** Screen readers get the figures as a table. */
export function GrowthChart({ points, height }: GrowthProps) {
  const [inSight, setInSight] = useState(false);
  const root = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!root.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && setInSight(true));
    observer.observe(root.current);
    return () => observer.disconnect();
  }, []);
  const waiting = <Skeleton className="size-full opacity-60" />;
  return (
    <figure ref={root} aria-label="People in the segment, day by day">
      <div aria-hidden="true" style={{ height }}>
        {inSight ? (
          <Suspense fallback={waiting}>
            <Growth points={points} height={height} />
          </Suspense>
        ) : (
          waiting
        )}
      </div>
      {/* A table grows with its content even when visually hidden, so the box around it is clipped instead. */}
      <div className="sr-only">
        <table>
          <caption>People in the segment, day by day</caption>
          <tbody>
            {points.map(({ label, people }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{count(people)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
