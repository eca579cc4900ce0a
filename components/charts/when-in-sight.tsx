"use client";

import { type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { Skeleton } from "@/components/ui/skeleton";

/**
 * Renders a lazy chart once it scrolls into view: Recharts is 100 KB. `height` in CSS pixels is kept free for it.
 * Hidden from screen readers and keyboards, which have the table beside each chart.
 */
export function WhenInSight({ height, children }: { height: number; children: ReactNode }) {
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
    <div ref={root} aria-hidden="true" style={{ height }}>
      {inSight ? <Suspense fallback={waiting}>{children}</Suspense> : waiting}
    </div>
  );
}
