"use client";

import { Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { DeleteSegmentProps } from "@/components/segments/delete-dialog";
import { Button } from "@/components/ui/button";

/** Loaded on the first click. */
const DeleteDialog = dynamic(() => import("@/components/segments/delete-dialog"), { ssr: false });

export function DeleteSegment(props: DeleteSegmentProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="ghost"
        size="icon"
        aria-haspopup="dialog"
        title="Delete the segment"
        onClick={() => setOpen(true)}
      >
        <Trash2 aria-hidden="true" />
        <span className="sr-only">Delete the segment</span>
      </Button>
      {open && <DeleteDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}
