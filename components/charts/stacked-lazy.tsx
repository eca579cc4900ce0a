"use client";

import { lazy } from "react";
import type { StackedProps } from "@/components/charts/stacked";
import { WhenInSight } from "@/components/charts/when-in-sight";

const Stacked = lazy(() => import("@/components/charts/stacked"));

/** Screen readers and keyboards have the table beside it. */
export function StackedChart(props: StackedProps) {
  return (
    <WhenInSight height={props.height}>
      <Stacked {...props} />
    </WhenInSight>
  );
}
