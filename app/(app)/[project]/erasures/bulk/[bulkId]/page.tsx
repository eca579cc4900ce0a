import { ChevronLeft, Download } from "lucide-react";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { BulkFacts } from "@/components/identity/bulk-facts";
import { BulkActions, RefreshWhile } from "@/components/identity/bulk-progress";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { actorNames } from "@/lib/auth/actor-names";
import { requireMember } from "@/lib/auth/guard";
import { readerZone } from "@/lib/http/zone";
import { getBulk } from "@/lib/privacy/bulk.queries";
import { retryErasure, stopErasure } from "../../actions";

export const metadata: Metadata = { title: "Erasure of many users" };

/**
 * An erasure that runs for this long may have lost its job: the queue gives up after a day without the database. In ms.
 */
const LATE_MS = 24 * 60 * 60_000;

export default async function BulkErasurePage({ params }: { params: Promise<{ project: string; bulkId: string }> }) {
  const { project: projectId, bulkId } = await params;
  const { scope, may } = await requireMember(projectId);
  const bulk = await getBulk(scope, bulkId);
  if (!bulk) notFound();
  const zone = await readerZone();
  const nameOfActor = await actorNames(scope, [bulk.requestedBy]);
  const isRunning = bulk.finishedAt === null;
  const isLate = isRunning && Date.now() - bulk.requestedAt > LATE_MS;
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
          ? "One by one, in the background. You can leave this page."
          : "Each erased user has a receipt, which names nobody."}
      </p>
      <BulkFacts bulk={bulk} who={nameOfActor} zone={zone} />
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
            retry={bulk.failed > 0 || isLate ? retryErasure : null}
          />
        )}
      </div>
      <RefreshWhile isRunning={isRunning} />
    </div>
  );
}
