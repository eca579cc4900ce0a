"use client";

import { ChevronDown } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { cn } from "@/components/ui/cn";

/** An open side panel on large screens; collapsed under a heading on small ones, so that the page comes first. */
export function Foldable({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <aside aria-label={label} className={className}>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="flex w-full items-center justify-between border-t px-4 py-2.5 font-medium text-sm sm:px-6 lg:hidden"
      >
        {label}
        <ChevronDown
          aria-hidden="true"
          className={cn("size-4 text-muted-foreground transition-transform", open && "rotate-180")}
        />
      </button>
      <div id={id} className={cn("max-lg:border-t", !open && "max-lg:hidden")}>
        {children}
      </div>
    </aside>
  );
}
