import { ChevronLeft, Download } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { BulkActions, RefreshWhile } from "@/components/identity/bulk-progress";
import { Button } from "@/components/ui/button";
import { whoNames } from "@/lib/auth/actor-names";
import { requireMember } from "@/lib/auth/guard";
import { count } from "@/lib/format/number";
import { exact } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import { getBulk } from "@/lib/privacy/bulk.queries";
import { retryErasure, stopErasure } from "../../actions";

export const metadata: Metadata = { title: "Erasure of many users" };

export default async function BulkErasurePage({ params }: { params: Promise<{ project: string; bulkId: string }> }) {
  const { project: projectId, bulkId } = await params;
  const { scope, may } = await requireMember(projectId);
  const bulk = await getBulk(scope, bulkId);
  if (!bulk) notFound();
  const zone = await readerZone();
  const who = await whoNames(scope, [bulk.requestedBy]);
  const isRunning = bulk.finishedAt === null;
  const gone = bulk.total - bulk.erased - bulk.waiting - bulk.failed;
  const facts: [string, string][] = [
    ["Asked for by", who(bulk.requestedBy)],
    ["Began", exact(bulk.requestedAt, zone)],
    [bulk.stoppedAt === null ? "Finished" : "Stopped", bulk.finishedAt === null ? "–" : exact(bulk.finishedAt, zone)],
    ["Erased", `${count(bulk.erased)} of ${count(bulk.total)}`],
    ...(isRunning ? [["Waiting", count(bulk.waiting)] as [string, string]] : []),
    ...(bulk.failed > 0 ? [["Could not be erased", count(bulk.failed)] as [string, string]] : []),
    ...(!isRunning && gone > 0
      ? [[bulk.stoppedAt === null ? "Already gone" : "Not erased, or already gone", count(gone)] as [string, string]]
      : []),
    ["Later events", bulk.suppress ? "Dropped permanently" : "A new log-in starts a new user"],
  ];
  const href = `/${scope.projectId}/erasures`;
  return (
    <div className="max-w-2xl px-4 py-4 sm:px-6">
      <Link
        href={href}
        className="-ml-1 inline-flex items-center gap-0.5 rounded-sm text-muted-foreground text-sm hover:text-foreground"
      >
        <ChevronLeft aria-hidden="true" className="size-4" />
        Erasures
      </Link>
      <h1 className="mt-3 font-semibold text-xl tracking-tight">
        {isRunning ? "Erasing users" : bulk.stoppedAt === null ? "Users erased" : "Erasing was stopped"}
      </h1>
      <p className="mt-1 text-pretty text-muted-foreground text-sm" role="status">
        {isRunning
          ? "One after the other, in the background. You can leave this page."
          : "Each erased user has a receipt, which names nobody."}
      </p>
      <progress
        className="mt-4 h-2 w-full accent-primary"
        aria-label="Users done"
        max={Math.max(bulk.total, 1)}
        value={bulk.total - bulk.waiting}
      />
      <dl className="mt-4 grid gap-px overflow-hidden rounded-lg border bg-border text-sm">
        {facts.map(([name, value]) => (
          <div key={name} className="grid gap-x-4 bg-background px-4 py-2 sm:grid-cols-[12rem_minmax(0,1fr)]">
            <dt className="text-muted-foreground">{name}</dt>
            <dd className="tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-5 flex flex-wrap gap-2">
        {bulk.erased > 0 && (
          <Button asChild variant="outline" size="sm">
            <a href={`${href}/bulk/${bulk.id}/export`} download>
              <Download aria-hidden="true" />
              Receipts as CSV
            </a>
          </Button>
        )}
        {may.erase && (
          <BulkActions
            projectId={scope.projectId}
            bulkId={bulk.id}
            stop={isRunning ? stopErasure : null}
            retry={bulk.failed > 0 ? retryErasure : null}
          />
        )}
      </div>
      <RefreshWhile isRunning={isRunning} />
    </div>
  );
}
