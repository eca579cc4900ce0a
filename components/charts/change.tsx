import { formatCount } from "@/lib/format/number";
import { changePercent } from "@/lib/format/range";

type ChangeProps = {
  now: number;
  before: number;
  /** The previous period's number, as text. */
  was: string;
  /** More is not better: only a decrease is coloured. */
  lessIsBetter?: boolean;
  /** The numbers are shares: shows the difference in percentage points. */
  points?: boolean;
};

/** Above this factor a percentage is meaningless. */
const MOST_PERCENT = 900;

/** "+12 %" beside a number, with a full sentence for screen readers. */
export function ChangeBadge({ now, before, was, points, lessIsBetter = false }: ChangeProps) {
  const percent = points ? now - before : changePercent(now, before);
  if (now === before) return <Muted text="±0" title={`no change: ${was}`} />;
  if (percent === null) return <Muted text="new" title="none in the previous period" />;
  if (percent > MOST_PERCENT) return <Muted text="> ×10" title={`more than ten times as many: ${was}`} />;
  const up = percent >= 0;
  return (
    <span
      title={`before: ${was}`}
      className={`text-xs tabular-nums ${up !== lessIsBetter ? "text-positive" : "text-muted-foreground"}`}
    >
      <span aria-hidden="true">
        {up ? "+" : "−"}
        {formatCount(Math.abs(percent))}
        {points ? " pts" : " %"}
      </span>
      <span className="sr-only">
        , {formatCount(Math.abs(percent))} {points ? "points" : "percent"} {up ? "more" : "less"} than before: {was}
      </span>
    </span>
  );
}

const Muted = ({ text, title }: { text: string; title: string }) => (
  <span title={title} className="text-muted-foreground text-xs">
    <span aria-hidden="true">{text}</span>
    <span className="sr-only">, {title}</span>
  </span>
);
