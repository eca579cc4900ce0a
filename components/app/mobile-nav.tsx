"use client";

import { Menu } from "lucide-react";
import dynamic from "next/dynamic";
import { usePathname } from "next/navigation";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";

/** Large screens never need it, so it loads on the first tap. */
const MobileSheet = dynamic(() => import("@/components/app/mobile-sheet").then((module) => module.MobileSheet), {
  ssr: false,
});

/** The sidebar as a sheet; closes on navigation. */
export function MobileNav({ children }: { children: ReactNode }) {
  const pathname = usePathname();
  const [openedOn, setOpenedOn] = useState<string | null>();
  const open = openedOn === pathname;
  return (
    <>
      <Button
        variant="ghost"
        size="icon"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpenedOn(pathname)}
      >
        <Menu aria-hidden="true" />
        <span className="sr-only">Open menu</span>
      </Button>
      {openedOn !== undefined && (
        <MobileSheet open={open} onOpenChange={(wanted) => setOpenedOn(wanted ? pathname : null)}>
          {children}
        </MobileSheet>
      )}
    </>
  );
}
