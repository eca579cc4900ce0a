"use client";

import { Download } from "lucide-react";
import type { ExportProps } from "@/components/export/export-panel";
import { useIsGuest } from "@/components/ui/guest";
import { LazyPopover } from "@/components/ui/lazy-popover";

const load = () => import("@/components/export/export-panel");

/**
 * Opens the CSV export panel; nothing for guests, who may not download. `compact`: only the icon, where space is short.
 */
export function ExportButton({ compact = false, ...panel }: ExportProps & { compact?: boolean }) {
  if (useIsGuest()) return null;
  return (
    <LazyPopover load={load} panel={panel} variant="outline" size="sm" title={`Export ${panel.what} as CSV`}>
      <Download aria-hidden="true" />
      <span className={compact ? "sr-only" : "max-md:sr-only"}>Export CSV</span>
    </LazyPopover>
  );
}
