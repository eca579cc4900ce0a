"use client";

import { useActionState } from "react";
import type { TypedFormAction } from "@/components/segments/submit-form";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent } from "@/components/ui/dialog";
import { ErrorMessage } from "@/components/ui/error-message";
import { SubmitButton } from "@/components/ui/submit-button";
import { IDLE } from "@/lib/http/form";

type DeleteDialogProps = DeleteSegmentProps & { onClose: () => void };

export type DeleteSegmentProps = {
  projectId: string;
  segment: { id: string; name: string };
  remove: TypedFormAction<null>;
};

export default function DeleteDialog({ projectId, segment, remove, onClose }: DeleteDialogProps) {
  const [state, submit] = useActionState(remove, IDLE);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title={`Delete “${segment.name}”?`}
        description="This deletes the segment and its growth history permanently. The people in it are not affected."
      >
        <form action={submit} className="grid gap-4">
          <input type="hidden" name="projectId" value={projectId} />
          <input type="hidden" name="segmentId" value={segment.id} />
          {state.status === "failed" && <ErrorMessage>{state.message}</ErrorMessage>}
          <div className="flex justify-end gap-2">
            <DialogClose asChild>
              <Button variant="ghost">Cancel</Button>
            </DialogClose>
            <SubmitButton variant="destructive">Delete segment</SubmitButton>
          </div>
        </form>
      </DialogContent>
    </Dialog>
  );
}
