import { Layers, ListPlus, Plus } from "lucide-react";
import type { Metadata } from "next";
import { SegmentTable } from "@/components/segments/segment-table";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";
import { PageHeader } from "@/components/ui/page-header";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { readerZone } from "@/lib/http/zone";
import { segmentTotal } from "@/lib/segments/members.queries";
import { segmentInWords } from "@/lib/segments/rule-text";
import { allSegments } from "@/lib/segments/segments.queries";

export const metadata: Metadata = { title: "Segments" };

export default async function SegmentsPage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project, may } = await requireMemberOrGuest((await params).project);
  const segments = await allSegments(scope);
  const names = new Map(segments.map(({ id, name }) => [id, name]));
  const clock = { now: Date.now(), zone: await readerZone() };
  const path = `/${project.id}/segments`;
  const mayImport = !scope.sight.masked;
  const actions = (
    <>
      {mayImport && (
        <Button asChild variant="outline" size="sm">
          <Link href={`${path}/new?from=list`}>
            <ListPlus aria-hidden="true" />
            Import a list
          </Link>
        </Button>
      )}
      <Button asChild size="sm">
        <Link href={`${path}/new`}>
          <Plus aria-hidden="true" />
          New segment
        </Link>
      </Button>
    </>
  );
  return (
    <>
      <PageHeader title="Segments" actions={may.edit && segments.length > 0 && actions} />
      {segments.length === 0 ? (
        <Empty icon={Layers} title="No segments yet">
          <p>
            A segment is a group of users or accounts that keeps itself up to date: “on plan pro, did not export in the
            last 14 days”.{mayImport && " It can also be a list of people that you upload."}
          </p>
          {may.edit && <div className="flex justify-center gap-2">{actions}</div>}
        </Empty>
      ) : (
        <SegmentTable
          clock={clock}
          rows={segments.map((segment) => ({
            id: segment.id,
            href: `${path}/${segment.id}`,
            name: segment.name,
            text: segmentInWords(segment, names) ?? "A list of people",
            kind: segment.rule === null ? "list" : segment.subject,
            updatedAt: segment.updatedAt,
            total: segmentTotal(scope, segment),
          }))}
        />
      )}
    </>
  );
}
