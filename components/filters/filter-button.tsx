"use client";

import { ListFilter } from "lucide-react";
import { LazyPopover } from "@/components/ui/lazy-popover";
import type { Rule } from "@/lib/segments/rule";

const load = () => import("@/components/filters/filter-panel");

type FilterButtonProps = {
  /** What is filtered, where that is not what the list is of: "People". */
  label?: string;
  projectId: string;
  /** What the URL says now. */
  rule: Rule;
  conditions: number;
  segments: { id: string; name: string }[];
};

/** Opens the filter builder; says how many conditions hold. */
export function FilterButton({ label = "Filter", conditions, ...panel }: FilterButtonProps) {
  return (
    <LazyPopover load={load} panel={panel} variant="outline" size="sm">
      <ListFilter aria-hidden="true" />
      {label}
      {conditions > 0 && (
        <span className="-mr-0.5 rounded-sm bg-accent px-1.5 text-accent-foreground text-xs tabular-nums">
          {conditions}
          <span className="sr-only"> condition{conditions === 1 ? "" : "s"}</span>
        </span>
      )}
    </LazyPopover>
  );
}
