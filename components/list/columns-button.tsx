"use client";

import { Columns3 } from "lucide-react";
import { LazyPopover } from "@/components/ui/lazy-popover";

const load = () => import("@/components/list/columns-panel");

/** Opens the column chooser. */
export function ColumnsButton({ projectId }: { projectId: string }) {
  return (
    <LazyPopover load={load} panel={{ projectId }} variant="outline" size="sm" title="Choose columns">
      <Columns3 aria-hidden="true" />
      <span className="max-md:sr-only">Columns</span>
    </LazyPopover>
  );
}
