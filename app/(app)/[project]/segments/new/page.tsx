import type { Metadata } from "next";
import { ImportList } from "@/components/segments/import-list";
import { SegmentForm } from "@/components/segments/segment-form";
import { PageHeader } from "@/components/ui/page-header";
import { TabLinks } from "@/components/ui/tab-links";
import { requirePage } from "@/lib/auth/guard";
import { EVERYONE } from "@/lib/segments/rule";
import { listSegments } from "@/lib/segments/segments.queries";
import { decodeRule } from "@/lib/segments/url";
import { makeList, makeSegment, previewSegment } from "../../segment-actions";

export const metadata: Metadata = { title: "New segment" };

type Props = {
  params: Promise<{ project: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export default async function NewSegmentPage({ params, searchParams }: Props) {
  const { scope, project } = await requirePage((await params).project, "edit");
  const { from, filter } = await searchParams;
  const path = `/${project.id}/segments`;
  const isList = from === "list";
  const segments = isList ? [] : await listSegments(scope);
  const rule = (typeof filter === "string" && decodeRule(filter)) || EVERYONE;
  return (
    <>
      <PageHeader title="New segment" />
      <TabLinks
        label="Based on"
        className="mb-5 border-b px-2 sm:px-4"
        tabs={[
          { href: `${path}/new`, label: "By a rule", current: !isList },
          { href: `${path}/new?from=list`, label: "From a list (CSV)", current: isList },
        ]}
      />
      {isList ? (
        <div className="px-4 pb-10 sm:px-6">
          <ImportList projectId={project.id} makeList={makeList} />
        </div>
      ) : (
        <SegmentForm
          projectId={project.id}
          rule={rule}
          segments={segments.map(({ id, name }) => ({ id, name }))}
          save={makeSegment}
          preview={previewSegment}
          cancelHref={path}
        />
      )}
    </>
  );
}
