"use client";

import { BookmarkPlus } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { SaveSegmentProps } from "@/components/segments/save-dialog";
import { Button } from "@/components/ui/button";
import { useMayEdit } from "@/components/ui/editable";

/** Loaded on the first click. */
const SaveDialog = dynamic(() => import("@/components/segments/save-dialog"), { ssr: false });

/** Saves the list's filter as a segment. */
export function SaveSegment(props: SaveSegmentProps) {
  const [open, setOpen] = useState(false);
  if (!useMayEdit()) return null;
  return (
    <>
      <Button variant="outline" size="sm" aria-haspopup="dialog" className="h-7" onClick={() => setOpen(true)}>
        <BookmarkPlus aria-hidden="true" />
        Save as segment
      </Button>
      {open && <SaveDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}
