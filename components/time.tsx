import { formatExactTime, formatRelativeTime } from "@/lib/format/time";

/** Reference for formatting times: when the page was rendered, and the reader's zone. */
export type Clock = { now: number; zone: string };

/** "3 min ago", with the exact time on hover; "—" for never. */
export function Ago({ ts, clock, className }: { ts: number | null; clock: Clock; className?: string }) {
  if (ts === null) return <span className="text-muted-foreground">—</span>;
  return (
    <time dateTime={new Date(ts).toISOString()} title={formatExactTime(ts, clock.zone)} className={className}>
      {formatRelativeTime(ts, clock.now)}
    </time>
  );
}
