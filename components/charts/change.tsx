import { count } from "@/lib/format/number";
import { changePercent } from "@/lib/format/range";

type ChangeProps = {
  now: number;
  before: number;
  /** The number of the time before, as text. */
  was: string;
  /** The numbers are shares: told is how many percentage points lie between them. */
  points?: boolean;
};

/** Above this a percentage says nothing more. */
const MOST_PERCENT = 900;

/** "+12 %" beside a number, told in full to screen readers. */
export function Change({ now, before, was, points }: ChangeProps) {
  const percent = points ? now - before : changePercent(now, before);
  if (now === before) return <Muted text="±0" title={`as before: ${was}`} />;
  if (percent === null) return <Muted text="new" title="nothing in the time before" />;
  if (percent > MOST_PERCENT) return <Muted text="> ×10" title={`more than ten times as before: ${was}`} />;
  const up = percent >= 0;
  return (
    <span title={`before: ${was}`} className={`text-xs tabular-nums ${up ? "text-positive" : "text-muted-foreground"}`}>
      <span aria-hidden="true">
        {up ? "+" : "−"}
        {count(Math.abs(percent))}
        {points ? " pts" : " %"}
      </span>
      <span className="sr-only">
        , {count(Math.abs(percent))} {points ? "points" : "percent"} {up ? "more" : "less"} than before: {was}
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
