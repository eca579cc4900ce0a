"use client";

import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { StackedProps } from "@/components/charts/stacked";
import { Skeleton } from "@/components/ui/skeleton";

const Stacked = lazy(() => import("@/components/charts/stacked"));

/** Loads Recharts when the chart scrolls into view. Screen readers and keyboards have the table beside it. */
export function StackedChart(props: StackedProps) {
  const [inSight, setInSight] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!root.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && setInSight(true));
    observer.observe(root.current);
    return () => observer.disconnect();
  }, []);
  const waiting = <Skeleton className="h-full w-full opacity-60" />;
  return (
    <div ref={root} aria-hidden="true" style={{ height: props.height }}>
      {inSight ? (
        <Suspense fallback={waiting}>
          <Stacked {...props} />
        </Suspense>
      ) : (
        waiting
      )}
    </div>
  );
}
