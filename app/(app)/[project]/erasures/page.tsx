import { ShieldCheck } from "lucide-react";
import type { Metadata } from "next";
import { Ago } from "@/components/time";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";
import { PageHeader } from "@/components/ui/page-header";
import { actorNames } from "@/lib/auth/actor-names";
import { requireMember } from "@/lib/auth/guard";
import { formatCount, pluralCount } from "@/lib/format/number";
import { readerZone } from "@/lib/http/zone";
import { listBulks } from "@/lib/privacy/bulk.queries";
import { listErasures } from "@/lib/privacy/erasures.queries";

export const metadata: Metadata = { title: "Erasures" };

export default async function ErasuresPage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project } = await requireMember((await params).project);
  const [erasures, bulks] = await Promise.all([listErasures(scope), listBulks(scope)]);
  const nameOfActor = await actorNames(
    scope,
    [...erasures, ...bulks].map(({ requestedBy }) => requestedBy),
  );
  const clock = { now: Date.now(), zone: await readerZone() };
  return (
    <>
      <PageHeader title="Erasures" />
      {bulks.length > 0 && (
        <ul aria-label="Erasures of many users">
          {bulks.map(({ id, total, erased, requestedBy, requestedAt }) => (
            <li key={id} className="relative border-b px-4 py-3 text-[13px] hover:bg-muted/60 sm:px-6">
              <Link
                href={`/${project.id}/erasures/bulk/${id}`}
                prefetch={false}
                className="font-medium after:absolute after:inset-0"
              >
                {pluralCount(total, "user")} at once
              </Link>
              <p className="text-muted-foreground text-xs">
                by {nameOfActor(requestedBy)} · <Ago ts={requestedAt} clock={clock} />
                {erased !== null && ` · ${formatCount(erased)} erased so far`}
              </p>
            </li>
          ))}
        </ul>
      )}
      {erasures.length === 0 && bulks.length === 0 ? (
        <Empty icon={ShieldCheck} title="Nobody has been erased yet">
          <p>
            Erase a user under Privacy on their page, many from the list of users, or either by API. Receipts appear
            here.
          </p>
        </Empty>
      ) : (
        <ul>
          {erasures.map(({ id, receipt, requestedBy, requestedAt, finishedAt }) => (
            <li key={id} className="relative border-b px-4 py-3 text-[13px] hover:bg-muted/60 sm:px-6">
              <Link
                href={`/${project.id}/erasures/${id}`}
                prefetch={false}
                className="font-medium after:absolute after:inset-0"
              >
                {pluralCount(receipt.events, "event")} of {receipt.userIds > 0 ? "a user" : "an anonymous visitor"}
              </Link>
              <p className="text-muted-foreground text-xs">
                by {nameOfActor(requestedBy)} · <Ago ts={requestedAt} clock={clock} />
                {finishedAt === null && " · rows are still being deleted"}
              </p>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
