import type { ReactNode } from "react";

/** A page's title, one-line description and actions. */
export function PageHeader({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-5 pb-3 sm:px-6">
      <h1 className="font-semibold text-lg tracking-tight">{title}</h1>
      {children && <div className="text-muted-foreground text-sm">{children}</div>}
      {actions && <div className="ml-auto flex flex-wrap items-center gap-2 max-sm:ml-0">{actions}</div>}
    </div>
  );
}
