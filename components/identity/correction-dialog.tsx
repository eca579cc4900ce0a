"use client";

import { useEffect, useState, useTransition } from "react";
import { type CorrectionActions, requestCorrection, requestPreview } from "@/components/identity/actions";
import { PreviewTable } from "@/components/identity/preview-table";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent } from "@/components/ui/dialog";
import { ErrorMessage } from "@/components/ui/error-message";
import { notify } from "@/components/ui/notify";
import { Skeleton } from "@/components/ui/skeleton";
import type { CorrectionPreview } from "@/lib/ingest/corrections/apply-correction";
import { type Correction, oppositeCorrection } from "@/lib/ingest/corrections/correction";

export type CorrectionText = {
  title: string;
  text: string;
  /** Label of the button. */
  verb: string;
  /** Shown after it is applied. */
  done: string;
};

type CorrectionDialogProps = {
  actions: CorrectionActions;
  correction: Correction;
  words: CorrectionText;
  onClose: (made: boolean) => void;
};

/** Previews a correction, applies it, and offers to undo it. Open while it is mounted. */
export default function CorrectionDialog({ actions, correction, words, onClose }: CorrectionDialogProps) {
  return (
    <Dialog open onOpenChange={(open) => !open && onClose(false)}>
      <DialogContent title={words.title} description={words.text} className="max-w-xl">
        <Confirm actions={actions} correction={correction} words={words} onClose={onClose} />
      </DialogContent>
    </Dialog>
  );
}

/** The preview and its button; in its own dialog, or as the second step of another. */
export function Confirm({ actions, correction, words, onClose }: CorrectionDialogProps) {
  const [preview, setPreview] = useState<CorrectionPreview | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [making, startTransition] = useTransition();
  const key = JSON.stringify(correction);

  // biome-ignore lint/correctness/useExhaustiveDependencies: previewed once, even if the object is recreated
  useEffect(() => {
    let current = true;
    setPreview(null);
    setFailed(null);
    requestPreview(actions, correction).then(
      (found) => current && setPreview(found),
      (error: Error) => current && setFailed(error.message),
    );
    return () => {
      current = false;
    };
  }, [key]);

  const confirm = () =>
    startTransition(async () => {
      try {
        await requestCorrection(actions, correction);
        onClose(true);
        notify("success", words.done, { label: "Undo", run: () => void undo(actions, correction) });
      } catch (error) {
        setFailed((error as Error).message);
      }
    });

  return (
    <>
      {failed !== null && <ErrorMessage>{failed}</ErrorMessage>}
      {preview ? <PreviewTable {...preview} /> : failed === null && <Waiting />}
      <div className="flex items-center justify-end gap-2">
        <DialogClose asChild>
          <Button variant="ghost">Cancel</Button>
        </DialogClose>
        <Button onClick={confirm} disabled={preview === null || making} aria-busy={making}>
          {words.verb}
        </Button>
      </div>
    </>
  );
}

async function undo(actions: CorrectionActions, correction: Correction): Promise<void> {
  try {
    await requestCorrection(actions, oppositeCorrection(correction));
    notify("success", "Undone.");
  } catch (error) {
    notify("error", (error as Error).message);
  }
}

const Waiting = () => (
  <div role="status" aria-label="Calculating what will move" className="grid gap-2 pt-5 sm:grid-cols-2 sm:gap-8">
    <Skeleton className="h-[82px] rounded-lg" />
    <Skeleton className="h-[82px] rounded-lg" />
  </div>
);
