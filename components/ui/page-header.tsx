import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

/** A page's title, one-line description and actions, which are on the right while there is room. */
export function PageHeader({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-5 pb-3 sm:px-6">
      <h1 className={cn("font-semibold text-lg tracking-tight", !children && "grow")}>{title}</h1>
      {children && <div className="grow text-muted-foreground text-sm">{children}</div>}
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}
