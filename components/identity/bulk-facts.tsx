import { formatCount } from "@/lib/format/number";
import { formatExactTime } from "@/lib/format/time";
import type { BulkErasure } from "@/lib/privacy/bulk.queries";

type BulkFactsProps = { bulk: BulkErasure; who: (actor: string) => string; zone: string };

/** A bulk erasure and its progress. */
export function BulkFacts({ bulk, who, zone }: BulkFactsProps) {
  const isRunning = bulk.finishedAt === null;
  const skipped = bulk.total - bulk.erased - bulk.waiting - bulk.failed;
  const facts: [string, string | false][] = [
    ["Requested by", who(bulk.requestedBy)],
    ["Started", formatExactTime(bulk.requestedAt, zone)],
    [
      bulk.stoppedAt === null ? "Finished" : "Stopped",
      bulk.finishedAt !== null && formatExactTime(bulk.finishedAt, zone),
    ],
    ["Erased", `${formatCount(bulk.erased)} of ${formatCount(bulk.total)}`],
    ["Waiting", isRunning && formatCount(bulk.waiting)],
    ["Could not be erased", bulk.failed > 0 && formatCount(bulk.failed)],
    [
      bulk.stoppedAt === null ? "Already erased, or logged in since" : "Not erased, or already erased",
      !isRunning && skipped > 0 && formatCount(skipped),
    ],
    ["Later events", bulk.suppress ? "Dropped permanently" : "A new log-in starts a new user"],
  ];
  return (
    <>
      <progress
        className="mt-4 h-2 w-full accent-primary"
        aria-label="Users processed"
        max={Math.max(bulk.total, 1)}
        value={bulk.total - bulk.waiting}
      />
      <dl className="mt-4 grid gap-px overflow-hidden rounded-lg border bg-border text-sm">
        {facts.map(
          ([name, value]) =>
            value !== false && (
              <div key={name} className="grid gap-x-4 bg-background px-4 py-2 sm:grid-cols-[12rem_minmax(0,1fr)]">
                <dt className="text-muted-foreground">{name}</dt>
                <dd className="tabular-nums">{value}</dd>
              </div>
            ),
        )}
      </dl>
    </>
  );
}
