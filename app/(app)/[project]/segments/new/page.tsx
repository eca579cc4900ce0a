import type { Metadata } from "next";
import { ImportList } from "@/components/segments/import-list";
import { SegmentForm } from "@/components/segments/segment-form";
import { PageHeader } from "@/components/ui/page-header";
import { TabLinks } from "@/components/ui/tab-links";
import { requirePage } from "@/lib/auth/guard";
import { decodeAccountRule, decodeRule } from "@/lib/segments/decode-rule";
import { EVERYONE } from "@/lib/segments/rule";
import { allSegments, segmentChoices } from "@/lib/segments/segments.queries";
import { makeList, makeSegment } from "../../segment-actions";
import { previewSegment } from "../../segment-preview-actions";

export const metadata: Metadata = { title: "New segment" };

type Props = {
  params: Promise<{ project: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export default async function NewSegmentPage({ params, searchParams }: Props) {
  const { scope, project } = await requirePage((await params).project, "edit");
  const { from, filter } = await searchParams;
  const path = `/${project.id}/segments`;
  const mayUpload = !scope.sight.masked;
  const isList = from === "list" && mayUpload;
  const subject = from === "accounts" ? "accounts" : "people";
  const segments = isList ? [] : await allSegments(scope);
  const decode = subject === "accounts" ? decodeAccountRule : decodeRule;
  const rule = (typeof filter === "string" && decode(filter)) || EVERYONE;
  return (
    <>
      <PageHeader title="New segment" />
      <TabLinks
        label="Based on"
        className="overflow-x-auto [scrollbar-width:none] mb-5 border-b px-2 sm:px-4"
        tabs={[
          { href: `${path}/new`, label: "People by a rule", current: !isList && subject === "people" },
          { href: `${path}/new?from=accounts`, label: "Accounts by a rule", current: subject === "accounts" },
          ...(mayUpload ? [{ href: `${path}/new?from=list`, label: "People from a list (CSV)", current: isList }] : []),
        ]}
      />
      {isList ? (
        <div className="px-4 pb-10 sm:px-6">
          <ImportList projectId={project.id} makeList={makeList} />
        </div>
      ) : (
        <SegmentForm
          key={subject}
          projectId={project.id}
          subject={subject}
          rule={rule}
          segments={segmentChoices(segments)}
          save={makeSegment}
          preview={previewSegment}
          cancelHref={path}
        />
      )}
    </>
  );
}
