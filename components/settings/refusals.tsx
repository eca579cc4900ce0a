import { formatCount } from "@/lib/format/number";
import type { Refusal } from "@/lib/ingest/privacy/refusal";

const LABELS: Record<Refusal, { label: string; hint: string }> = {
  gpc: {
    label: "Global Privacy Control",
    hint: "Visits by browsers that object to tracking; with other SDKs, each event",
  },
  dnt: { label: "Do Not Track", hint: "The same, for the older signal" },
  opt_out: { label: "Opted out", hint: "Visitors for whom your site called optOut()" },
  bot: { label: "Crawlers", hint: "Requests by crawlers that identify themselves" },
  not_stored: { label: "On your list", hint: "Events and pages you have excluded" },
  expired: { label: "Too old to keep", hint: "Events older than the project keeps them" },
  erased: { label: "Erased people", hint: "Late events of somebody who was erased" },
  dropped: { label: "Dropped on devices", hint: "Events that an offline browser had no room to store" },
};

/** Counts of what was not recorded; nothing else is stored about it. */
export function Refusals({ counts, days }: { counts: Partial<Record<Refusal, number>>; days: number }) {
  return (
    <div className="mt-6 rounded-lg border">
      <h3 className="border-b px-3.5 py-2.5 font-medium text-sm">Not recorded in the last {days} days</h3>
      <dl className="divide-y text-sm">
        {(Object.keys(LABELS) as Refusal[]).map((reason) => (
          <div key={reason} className="flex items-baseline gap-4 px-3.5 py-2">
            <dt className="min-w-0 flex-1">
              {LABELS[reason].label}
              <span className="block text-muted-foreground text-xs">{LABELS[reason].hint}</span>
            </dt>
            <dd className={`tabular-nums ${counts[reason] ? "" : "text-muted-foreground"}`}>
              {formatCount(counts[reason] ?? 0)}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
