"use client";

import { useActionState } from "react";
import type { TypedFormAction } from "@/components/segments/submit-form";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent } from "@/components/ui/dialog";
import { ErrorMessage } from "@/components/ui/error-message";
import { Field } from "@/components/ui/field";
import { SubmitButton } from "@/components/ui/submit-button";
import { IDLE } from "@/lib/http/form";
import type { Subject } from "@/lib/segments/rule";

export type SaveSegmentProps = {
  projectId: string;
  subject?: Subject;
  /** The rule, as in URLs and in words. */
  filter: string;
  words: string;
  save: TypedFormAction<null>;
};

export default function SaveDialog({
  projectId,
  subject = "people",
  filter,
  words,
  save,
  onClose,
}: SaveSegmentProps & { onClose: () => void }) {
  const [state, submit] = useActionState(save, IDLE);
  const failed = state.status === "failed" ? state : undefined;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title="Save as segment"
        description={`${words.charAt(0).toUpperCase()}${words.slice(1)}. ${subject === "accounts" ? "Accounts that" : "People who"} match later are added automatically.`}
      >
        <form action={submit} className="grid gap-4">
          <input type="hidden" name="projectId" value={projectId} />
          <input type="hidden" name="subject" value={subject} />
          <input type="hidden" name="filter" value={filter} />
          {failed && failed.field !== "name" && <ErrorMessage>{failed.message}</ErrorMessage>}
          <Field
            name="name"
            id="segment-name"
            label="Name"
            placeholder="Pro teams that stopped exporting"
            autoComplete="off"
            maxLength={100}
            defaultValue={failed?.values.name}
            error={failed?.field === "name" ? failed.message : undefined}
            required
          />
          <div className="flex justify-end gap-2">
            <DialogClose asChild>
              <Button variant="ghost">Cancel</Button>
            </DialogClose>
            <SubmitButton>Save segment</SubmitButton>
          </div>
        </form>
      </DialogContent>
    </Dialog>
  );
}
