import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

/** Property names are shown as code. */
export const ColumnName = ({ id, label }: { id: string; label: ReactNode }) => (
  <span className={cn("truncate text-sm", id.startsWith("p:") && "font-mono text-xs")}>{label}</span>
);
