"use client";

import type { ReactNode } from "react";
import { Dialog, SheetContent } from "@/components/ui/dialog";

export function MobileSheet(props: { open: boolean; onOpenChange: (open: boolean) => void; children: ReactNode }) {
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange}>
      <SheetContent side="left" title="Menu" titleHidden className="gap-4 bg-sidebar p-3 pt-14">
        {props.children}
      </SheetContent>
    </Dialog>
  );
}
