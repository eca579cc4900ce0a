"use client";

import { Trash2 } from "lucide-react";
import { useActionState, useState } from "react";
import type { FormAction } from "@/components/segments/run";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "@/components/ui/dialog";
import { SubmitButton } from "@/components/ui/submit-button";
import { IDLE } from "@/lib/http/form";

type DeleteSegmentProps = { projectId: string; segment: { id: string; name: string }; remove: FormAction<null> };

export function DeleteSegment({ projectId, segment, remove }: DeleteSegmentProps) {
  const [open, setOpen] = useState(false);
  const [state, submit] = useActionState(remove, IDLE);
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button variant="ghost" size="icon" title="Delete the segment">
          <Trash2 aria-hidden="true" />
          <span className="sr-only">Delete the segment</span>
        </Button>
      </DialogTrigger>
      {open && (
        <DialogContent
          title={`Delete “${segment.name}”?`}
          description="The segment and how it grew are gone for good. The people in it are not touched."
        >
          <form action={submit} className="grid gap-4">
            <input type="hidden" name="projectId" value={projectId} />
            <input type="hidden" name="segmentId" value={segment.id} />
            {state.status === "failed" && <Alert>{state.message}</Alert>}
            <div className="flex justify-end gap-2">
              <DialogClose asChild>
                <Button variant="ghost">Cancel</Button>
              </DialogClose>
              <SubmitButton variant="destructive">Delete segment</SubmitButton>
            </div>
          </form>
        </DialogContent>
      )}
    </Dialog>
  );
}
