type IntervalProps = {
  /** On the same scale, −`most` to `most`. */
  low: number;
  value: number;
  high: number;
  most: number;
  clear: boolean;
};

/** A difference as a dot on its interval, around the line of no difference. The figures are beside it. */
export function DifferenceInterval({ low, value, high, most, clear }: IntervalProps) {
  const at = (x: number) => `${(50 + (50 * x) / most).toFixed(2)}%`;
  const colour = !clear ? "bg-muted-foreground" : value > 0 ? "bg-primary" : "bg-warning";
  return (
    <span aria-hidden="true" className="relative block h-4 w-full min-w-24">
      <span className="absolute inset-y-0 left-1/2 w-px bg-border" />
      <span
        className={`absolute top-1/2 h-0.5 -translate-y-1/2 rounded-full ${colour}`}
        style={{ left: at(low), right: `${(50 - (50 * high) / most).toFixed(2)}%` }}
      />
      <span
        className={`absolute top-1/2 size-2 -translate-x-1/2 -translate-y-1/2 rounded-full ${colour}`}
        style={{ left: at(value) }}
      />
    </span>
  );
}
