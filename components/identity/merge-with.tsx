"use client";

import { Merge } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { CorrectionActions, FindPeople } from "@/components/identity/actions";
import { Button } from "@/components/ui/button";
import { useMayCorrect } from "@/components/ui/sight";

/** Loaded on the first click. */
const MergeDialog = dynamic(() => import("@/components/identity/merge-dialog"), { ssr: false });

type MergeWithProps = {
  actions: CorrectionActions;
  find: FindPeople;
  person: { name: string; userIds: string[] };
};

export function MergeWith(props: MergeWithProps) {
  const [open, setOpen] = useState(false);
  if (!useMayCorrect()) return null;
  return (
    <>
      <Button variant="outline" size="sm" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Merge aria-hidden="true" />
        Merge with…
      </Button>
      {open && <MergeDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}
