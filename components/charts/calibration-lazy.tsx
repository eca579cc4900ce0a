"use client";

import { lazy } from "react";
import type { CalibrationProps } from "@/components/charts/calibration";
import { WhenInSight } from "@/components/charts/when-in-sight";

const Calibration = lazy(() => import("@/components/charts/calibration"));

/** Screen readers and keyboards have the table beside it. */
export function CalibrationChart(props: CalibrationProps) {
  return (
    <WhenInSight height={props.height}>
      <Calibration {...props} />
    </WhenInSight>
  );
}
