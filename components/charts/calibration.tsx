"use client";

import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";

/** A group of people by predicted probability: predicted and observed shares, from 0 to 1. */
export type CalibrationPoint = { predicted: number; observed: number; people: number };
export type CalibrationProps = { points: CalibrationPoint[]; height: number };

const percent = (share: number) => `${Math.round(100 * share)} %`;
const TICKS = [0, 0.25, 0.5, 0.75, 1];
const TICK = { fontSize: 10, fill: "var(--muted-foreground)" };

/** Predictions against outcomes, drawn by Recharts: correct probabilities lie on the diagonal. */
export default function Calibration({ points, height }: CalibrationProps) {
  const ends = [
    { predicted: 0, ideal: 0 },
    { predicted: 1, ideal: 1 },
  ];
  return (
    <ResponsiveContainer width="100%" height={height}>
      <LineChart accessibilityLayer={false} margin={{ top: 8, right: 12, bottom: 4, left: 0 }}>
        <CartesianGrid stroke="var(--border)" />
        <XAxis
          type="number"
          dataKey="predicted"
          domain={[0, 1]}
          ticks={TICKS}
          tickFormatter={percent}
          tick={TICK}
          height={20}
        />
        <YAxis type="number" domain={[0, 1]} ticks={TICKS} tickFormatter={percent} tick={TICK} width={48} />
        <Tooltip
          isAnimationActive={false}
          content={({ active, payload }) => {
            const point = payload?.find(({ dataKey }) => dataKey === "observed")?.payload as
              | CalibrationPoint
              | undefined;
            return active && point ? (
              <p className="rounded-md border bg-popover px-2.5 py-1.5 text-xs shadow-md">
                {percent(point.predicted)} predicted, {percent(point.observed)} came back, of {point.people}
              </p>
            ) : null;
          }}
        />
        <Line
          data={ends}
          dataKey="ideal"
          stroke="var(--muted-foreground)"
          strokeDasharray="4 4"
          dot={false}
          isAnimationActive={false}
        />
        <Line
          data={points}
          dataKey="observed"
          stroke="var(--primary)"
          strokeWidth={2}
          dot={{ r: 3, fill: "var(--primary)" }}
          isAnimationActive={false}
        />
      </LineChart>
    </ResponsiveContainer>
  );
}
