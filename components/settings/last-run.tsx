import { formatCount, pluralCount } from "@/lib/format/number";
import { formatDateTime } from "@/lib/format/time";
import type { RetentionRun } from "@/lib/privacy/retention-runs.store";

/** What the last retention run deleted, or its progress. */
export function LastRun({ run, zone, isOn }: { run: RetentionRun | null; zone: string; isOn: boolean }) {
  if (run === null)
    return (
      <p className="text-muted-foreground text-sm">
        {isOn ? "The first run starts within a minute." : "Nothing has been deleted: everything is kept for ever."}
      </p>
    );
  const { events, visitors, startedAt, finishedAt } = run;
  return (
    <dl className="divide-y rounded-lg border text-sm">
      {[
        ["Started", formatDateTime(startedAt, zone)],
        ["Finished", finishedAt === null ? "Still running" : formatDateTime(finishedAt, zone)],
        ["Events deleted", formatCount(events)],
        ["Visitors with nothing left", pluralCount(visitors, "visitor")],
      ].map(([label, value]) => (
        <div key={label} className="flex gap-4 px-3.5 py-2">
          <dt className="flex-1 text-muted-foreground">{label}</dt>
          <dd className="tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
