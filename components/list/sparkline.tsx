const WIDTH = 88;
const HEIGHT = 22;
/** Room for the stroke and the last point's dot. */
const MARGIN = 3;

/**
 * Values as a line, oldest first, from zero to their maximum. A plain path instead of a chart: a list has fifty of
 * them. Decorative; the numbers are next to it.
 */
export function Sparkline({ values }: { values: readonly number[] }) {
  const most = Math.max(1, ...values);
  const step = (WIDTH - 2 * MARGIN) / Math.max(1, values.length - 1);
  const points = values.map(
    (value, i) => [MARGIN + i * step, HEIGHT - MARGIN - (Math.max(0, value) / most) * (HEIGHT - 2 * MARGIN)] as const,
  );
  const line = points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  const [x, y] = points.at(-1) ?? [0, 0];
  return (
    <svg
      aria-hidden="true"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className="inline-block align-middle text-primary"
    >
      <path d={`${line}L${x.toFixed(1)} ${HEIGHT}L${MARGIN} ${HEIGHT}Z`} fill="currentColor" opacity="0.1" />
      <path d={line} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" strokeLinecap="round" />
      <circle cx={x.toFixed(1)} cy={y.toFixed(1)} r="2" fill="currentColor" />
    </svg>
  );
}
