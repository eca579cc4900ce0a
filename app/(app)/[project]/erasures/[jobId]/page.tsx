import { ChevronLeft, Download } from "lucide-react";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { DigestCheck } from "@/components/identity/digest-check";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Link } from "@/components/ui/link";
import { actorNames } from "@/lib/auth/actor-names";
import { requireMember } from "@/lib/auth/guard";
import { formatCount } from "@/lib/format/number";
import { formatExactTime } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import { isGenuineReceipt } from "@/lib/privacy/erase-jobs.store";
import { getErasure } from "@/lib/privacy/erasures.queries";

export const metadata: Metadata = { title: "Receipt of an erasure" };

export default async function ReceiptPage({ params }: { params: Promise<{ project: string; jobId: string }> }) {
  const { project: projectId, jobId } = await params;
  const { scope } = await requireMember(projectId);
  const erasure = await getErasure(scope, jobId);
  if (!erasure) notFound();
  const { receipt, requestedBy, requestedAt, finishedAt } = erasure;
  const zone = await readerZone();
  const who = await actorNames(scope, [requestedBy]);
  const file = `data:application/json;charset=utf-8,${encodeURIComponent(`${JSON.stringify(receipt, null, 2)}\n`)}`;
  const facts: [string, ReactNode][] = [
    ["Erased", formatExactTime(requestedAt, zone)],
    ["Requested by", who(requestedBy)],
    [
      "Rows deleted",
      finishedAt === null ? "In progress; nobody can see them any more" : formatExactTime(finishedAt, zone),
    ],
    ["User ids", formatCount(receipt.userIds)],
    [
      "Devices",
      `${formatCount(receipt.devices)}${receipt.sharedDevices > 0 ? `, ${receipt.sharedDevices} shared` : ""}`,
    ],
    ["Stored events", formatCount(receipt.events)],
    ["Sessions", formatCount(receipt.sessions)],
    ["Later events", receipt.suppressed ? "Dropped permanently" : "A new log-in starts a new user"],
    ["Receipt", <code key="id">{receipt.jobId}</code>],
    ["Digest", <code key="digest">{receipt.digest}</code>],
  ];
  return (
    <div className="max-w-2xl px-4 py-4 sm:px-6">
      <Link
        href={`/${scope.projectId}/erasures`}
        className="-ml-1 inline-flex items-center gap-0.5 rounded-sm text-muted-foreground text-sm hover:text-foreground"
      >
        <ChevronLeft aria-hidden="true" className="size-4" />
        Erasures
      </Link>
      <h1 className="mt-3 font-semibold text-xl tracking-tight">Erased</h1>
      <p className="mt-1 text-pretty text-muted-foreground text-sm">
        This person is no longer visible. The receipt proves what was deleted and when, without naming anyone.
      </p>
      <dl className="mt-5 grid gap-px overflow-hidden rounded-lg border bg-border text-sm">
        {facts.map(([name, value]) => (
          <div key={name} className="grid gap-x-4 bg-background px-4 py-2 sm:grid-cols-[10rem_minmax(0,1fr)]">
            <dt className="text-muted-foreground">{name}</dt>
            <dd className="tabular-nums [&_code]:break-all [&_code]:font-mono [&_code]:text-xs">{value}</dd>
          </div>
        ))}
      </dl>
      <DigestCheck isGenuine={await isGenuineReceipt(scope, receipt)} />
      <div className="mt-5 flex flex-wrap gap-2">
        <Button asChild variant="outline" size="sm">
          <a href={file} download={`erasure-${receipt.jobId}.json`}>
            <Download aria-hidden="true" />
            Download as JSON
          </a>
        </Button>
        <CopyButton value={receipt.digest ?? ""} label="Copy the digest" />
      </div>
    </div>
  );
}
