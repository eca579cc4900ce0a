"use client";

import { Menu } from "lucide-react";
import { usePathname } from "next/navigation";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog, DialogTrigger, SheetContent } from "@/components/ui/dialog";

/** The sidebar as a sheet; closes when it has led somewhere. */
export function MobileNav({ children }: { children: ReactNode }) {
  const pathname = usePathname();
  const [openedOn, setOpenedOn] = useState<string | null>(null);
  return (
    <Dialog open={openedOn === pathname} onOpenChange={(open) => setOpenedOn(open ? pathname : null)}>
      <DialogTrigger asChild>
        <Button variant="ghost" size="icon">
          <Menu aria-hidden="true" />
          <span className="sr-only">Open menu</span>
        </Button>
      </DialogTrigger>
      <SheetContent side="left" title="Menu" titleHidden className="gap-4 bg-sidebar p-3 pt-14">
        {children}
      </SheetContent>
    </Dialog>
  );
}
