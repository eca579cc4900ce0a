"use client";

import dynamic from "next/dynamic";
import { type ReactNode, useState } from "react";
import type { CorrectionActions } from "@/components/identity/actions";
import type { CorrectionText } from "@/components/identity/correction-dialog";
import { Button } from "@/components/ui/button";
import { useMayCorrect } from "@/components/ui/sight";
import type { Correction } from "@/lib/ingest/corrections/correction";

/** Loaded on the first click. */
const CorrectionDialog = dynamic(() => import("@/components/identity/correction-dialog"), { ssr: false });

type CorrectButtonProps = {
  actions: CorrectionActions;
  correction: Correction;
  words: CorrectionText;
  /** Accessible name, where the label alone is ambiguous. */
  label?: string;
  children: ReactNode;
};

/** Previews a correction and applies it on confirmation. */
export function CorrectButton({ actions, correction, words, label, children }: CorrectButtonProps) {
  const [open, setOpen] = useState(false);
  if (!useMayCorrect()) return null;
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
