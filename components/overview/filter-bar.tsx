"use client";

import { ListFilter } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";

type FilterBarProps = {
  /** Accessible name: what is filtered. */
  label: string;
  /** Number of filters set. */
  active: number;
  children: ReactNode;
};

/** A list's filters in a row; behind a button on phones, so that the list comes first. */
export function FilterBar({ label, active, children }: FilterBarProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <search aria-label={label} className="border-b px-4 pb-3 sm:px-6">
      <Button
        variant="outline"
        size="sm"
        aria-expanded={open}
        aria-controls={id}
        className="sm:hidden"
        onClick={() => setOpen(!open)}
      >
        <ListFilter aria-hidden="true" />
        Filters{active > 0 && `: ${active}`}
      </Button>
      <div id={id} className={cn("flex flex-wrap items-center gap-2 max-sm:mt-2", !open && "max-sm:hidden")}>
        {children}
      </div>
    </search>
  );
}
