"use client";

import { useActionState, useState } from "react";
import { encodeDraft, toDraft } from "@/components/filters/draft";
import { FilterBuilder } from "@/components/filters/filter-builder";
import { type PreviewShown, RulePreviewPanel } from "@/components/segments/preview";
import type { TypedFormAction } from "@/components/segments/submit-form";
import { Button } from "@/components/ui/button";
import { ErrorMessage } from "@/components/ui/error-message";
import { Field } from "@/components/ui/field";
import { Link } from "@/components/ui/link";
import { SubmitButton } from "@/components/ui/submit-button";
import { IDLE } from "@/lib/http/form";
import type { AccountRule, Rule, Subject } from "@/lib/segments/rule";
import type { SegmentChoice } from "@/lib/segments/types";

type SegmentFormProps = {
  projectId: string;
  /** The segment to edit; absent: a new one. */
  segment?: { id: string; name: string; description: string };
  subject: Subject;
  /** Over the subject; null: an uploaded list, which has no rule. */
  rule: Rule | AccountRule | null;
  segments: SegmentChoice[];
  save: TypedFormAction<null>;
  preview: TypedFormAction<PreviewShown>;
  cancelHref: string;
};

/** Edits a segment's name and rule, with a live preview. */
export function SegmentForm({
  projectId,
  segment,
  subject,
  rule,
  segments,
  save,
  preview,
  cancelHref,
}: SegmentFormProps) {
  const [state, submit] = useActionState(save, IDLE);
  const [filter, setFilter] = useState(rule ? encodeDraft(toDraft(rule), subject) : "");
  const failed = state.status === "failed" ? state : undefined;
  const errorOf = (field: string) => (failed?.field === field ? failed.message : undefined);
  return (
    <form action={submit} className="grid max-w-4xl gap-6 px-4 pb-10 sm:px-6">
      <input type="hidden" name="projectId" value={projectId} />
      <input type="hidden" name="subject" value={subject} />
      {segment && <input type="hidden" name="segmentId" value={segment.id} />}
      {failed && failed.field !== "name" && <ErrorMessage>{failed.message}</ErrorMessage>}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          name="name"
          label="Name"
          placeholder="Pro teams that stopped exporting"
          autoComplete="off"
          maxLength={100}
          autoFocus={segment === undefined}
          defaultValue={failed?.values.name ?? segment?.name}
          error={errorOf("name")}
          required
        />
        <Field
          name="description"
          label="What it is for"
          placeholder="Optional"
          autoComplete="off"
          maxLength={1000}
          defaultValue={failed?.values.description ?? segment?.description}
          error={errorOf("description")}
        />
      </div>
      {rule && (
        <>
          <input type="hidden" name="filter" value={filter} />
          <section aria-labelledby="segment-rule" className="grid gap-2">
            <h2 id="segment-rule" className="font-medium text-sm">
              {subject === "accounts" ? "Which accounts are in it" : "Who is in it"}
            </h2>
            <div className="rounded-lg border">
              <FilterBuilder
                projectId={projectId}
                subject={subject}
                rule={rule}
                segments={segments}
                autoFocus={false}
                onChange={setFilter}
              />
            </div>
          </section>
          <section aria-label="Preview">
            <RulePreviewPanel projectId={projectId} subject={subject} filter={filter} preview={preview} />
          </section>
        </>
      )}
      <div className="flex gap-2">
        <SubmitButton>{segment ? "Save segment" : "Create segment"}</SubmitButton>
        <Button asChild variant="ghost">
          <Link href={cancelHref}>Cancel</Link>
        </Button>
      </div>
    </form>
  );
}
