"use client";

import { ListFilter } from "lucide-react";
import { LazyPopover } from "@/components/ui/lazy-popover";
import type { AccountRule, Rule, Subject } from "@/lib/segments/rule";
import type { SegmentChoice } from "@/lib/segments/types";

const load = () => import("@/components/filters/filter-panel");

type FilterButtonProps = {
  /** What the filter applies to, where that differs from the list: "People". */
  label?: string;
  projectId: string;
  subject?: Subject;
  /** The filter in the URL, over the subject. */
  rule: Rule | AccountRule;
  conditions: number;
  segments: SegmentChoice[];
};

/** Opens the filter builder and shows the number of conditions. */
export function FilterButton({ label = "Filter", subject = "people", conditions, ...rest }: FilterButtonProps) {
  const panel = { ...rest, subject };
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
