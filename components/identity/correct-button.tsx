"use client";

import dynamic from "next/dynamic";
import { type ReactNode, useState } from "react";
import type { CorrectionActions } from "@/components/identity/actions";
import type { CorrectionWords } from "@/components/identity/correction-dialog";
import { Button } from "@/components/ui/button";
import type { Correction } from "@/lib/ingest/corrections/correction";

/** Comes with the first click. */
const CorrectionDialog = dynamic(() => import("@/components/identity/correction-dialog"), { ssr: false });

type CorrectButtonProps = {
  actions: CorrectionActions;
  correction: Correction;
  words: CorrectionWords;
  /** Says to screen readers what it is about, where the label alone does not. */
  label?: string;
  children: ReactNode;
};

/** A button that shows what a correction would do, and makes it on confirmation. */
export function CorrectButton({ actions, correction, words, label, children }: CorrectButtonProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="outline" size="sm" aria-haspopup="dialog" aria-label={label} onClick={() => setOpen(true)}>
        {children}
      </Button>
      {open && (
        <CorrectionDialog actions={actions} correction={correction} words={words} onClose={() => setOpen(false)} />
      )}
    </>
  );
}
