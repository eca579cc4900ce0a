"use client";

import { ListFilter } from "lucide-react";
import { LazyPopover } from "@/components/ui/lazy-popover";
import type { Rule } from "@/lib/segments/rule";

const load = () => import("@/components/filters/filter-panel");

type FilterButtonProps = {
  projectId: string;
  /** What the URL says now. */
  rule: Rule;
  conditions: number;
  segments: { id: string; name: string }[];
};

/** Opens the filter builder; says how many conditions hold. */
export function FilterButton({ conditions, ...panel }: FilterButtonProps) {
  return (
    <LazyPopover load={load} panel={panel} variant="outline" size="sm">
      <ListFilter aria-hidden="true" />
      Filter
      {conditions > 0 && (
        <span className="-mr-0.5 rounded-sm bg-accent px-1.5 text-accent-foreground text-xs tabular-nums">
          {conditions}
          <span className="sr-only"> condition{conditions === 1 ? "" : "s"}</span>
        </span>
      )}
    </LazyPopover>
  );
}
