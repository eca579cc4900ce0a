"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import type { EraseDialogProps } from "@/components/identity/erase-dialog";
import { Button } from "@/components/ui/button";

/** Loaded on the first click. */
const EraseDialog = dynamic(() => import("@/components/identity/erase-dialog"), { ssr: false });

export function EraseUser(props: Omit<EraseDialogProps, "onClose">) {
  const [open, setOpen] = useState(false);
  return (
    <div>
      <Button variant="destructive" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Erase this user…
      </Button>
      {open && <EraseDialog {...props} onClose={() => setOpen(false)} />}
    </div>
  );
}
