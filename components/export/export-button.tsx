"use client";

import { Download } from "lucide-react";
import { LazyPopover } from "@/components/ui/lazy-popover";

const load = () => import("@/components/export/export-panel");

export type ExportProps = {
  projectId: string;
  /** The file of the list as it is shown, without its columns. */
  href: string;
  /** "these people" */
  what: string;
  /** Every built-in column there can be. */
  columns: readonly string[];
  /** Those in the file unless others are chosen. */
  preset: readonly string[];
  /** Whose properties can be columns too: the people's, or those of an event (of all events: ""). Absent: nobody's. */
  properties?: { of: "people" } | { of: "event"; name: string };
};

/** Opens the choice of what the CSV file holds. `compact`: only the icon, where room is scarce. */
export function ExportButton({ compact = false, ...panel }: ExportProps & { compact?: boolean }) {
  return (
    <LazyPopover load={load} panel={panel} variant="outline" size="sm" title={`Export ${panel.what} as CSV`}>
      <Download aria-hidden="true" />
      <span className={compact ? "sr-only" : "max-md:sr-only"}>Export CSV</span>
    </LazyPopover>
  );
}
