"use client";

import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { CalibrationProps } from "@/components/charts/calibration";
import { Skeleton } from "@/components/ui/skeleton";

const Calibration = lazy(() => import("@/components/charts/calibration"));

/** Loads Recharts when the chart scrolls into view. Screen readers and keyboards have the table beside it. */
export function CalibrationChart(props: CalibrationProps) {
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
          <Calibration {...props} />
        </Suspense>
      ) : (
        waiting
      )}
    </div>
  );
}
