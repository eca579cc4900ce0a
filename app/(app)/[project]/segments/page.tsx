import { Layers, ListPlus, Plus } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { SegmentTable } from "@/components/segments/segment-table";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { PageHeader } from "@/components/ui/page-header";
import { requireMember } from "@/lib/auth/guard";
import { readerZone } from "@/lib/http/zone";
import { ruleInWords } from "@/lib/segments/rule-text";
import { countMembers, listSegments } from "@/lib/segments/segments.queries";

export const metadata: Metadata = { title: "Segments" };

export default async function SegmentsPage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project, may } = await requireMember((await params).project);
  const segments = await listSegments(scope);
  const names = new Map(segments.map(({ id, name }) => [id, name]));
  const clock = { now: Date.now(), zone: await readerZone() };
  const path = `/${project.id}/segments`;
  const actions = (
    <>
      <Button asChild variant="outline" size="sm">
        <Link href={`${path}/new?from=list`}>
          <ListPlus aria-hidden="true" />
          From a list
        </Link>
      </Button>
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
            A segment is a group of users that keeps itself up to date: “on plan pro, did not export in the last 14
            days”. Or it is a list of people that you upload.
          </p>
          {may.edit && <div className="flex justify-center gap-2">{actions}</div>}
        </Empty>
      ) : (
        <SegmentTable
          clock={clock}
          rows={segments.map((segment) => {
            // Handled where it is awaited; a rule that cannot be counted must not break the list.
            const total = countMembers(scope, segment.id).catch(() => null);
            return {
              id: segment.id,
              href: `${path}/${segment.id}`,
              name: segment.name,
              text: segment.rule ? ruleInWords(segment.rule, { segments: names }) : "A list of people",
              isList: segment.rule === null,
              updatedAt: segment.updatedAt,
              total,
            };
          })}
        />
      )}
    </>
  );
}
