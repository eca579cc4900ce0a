import type { Metadata } from "next";
import { ImportList } from "@/components/segments/import-list";
import { SegmentForm } from "@/components/segments/segment-form";
import { PageHeader } from "@/components/ui/page-header";
import { requireSegmentToEdit } from "@/lib/auth/segment-page";
import { allSegments, segmentChoices } from "@/lib/segments/segments.queries";
import { changeSegment } from "../../../segment-actions";
import { previewSegment } from "../../../segment-preview-actions";

export const metadata: Metadata = { title: "Edit segment" };

export default async function EditSegmentPage(props: { params: Promise<{ project: string; segmentId: string }> }) {
  const { project: projectId, segmentId } = await props.params;
  const { scope, project, segment } = await requireSegmentToEdit(projectId, segmentId);
  const others = (await allSegments(scope)).filter(({ id }) => id !== segment.id);
  return (
    <>
      <PageHeader title="Edit segment">{segment.name}</PageHeader>
      <SegmentForm
        projectId={project.id}
        segment={segment}
        subject={segment.subject}
        rule={segment.rule}
        segments={segmentChoices(others)}
        save={changeSegment}
        preview={previewSegment}
        cancelHref={`/${project.id}/segments/${segment.id}`}
      />
      {segment.rule === null && !scope.sight.masked && (
        <section aria-labelledby="more-people" className="border-t px-4 py-6 sm:px-6">
          <h2 id="more-people" className="mb-4 font-medium text-sm">
            Add people from another file
          </h2>
          <ImportList projectId={project.id} segmentId={segment.id} />
        </section>
      )}
    </>
  );
}
