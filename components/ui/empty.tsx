import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

/** An empty state: what belongs here and how to get it. */
export function Empty({ icon: Icon, title, children }: { icon: LucideIcon; title: string; children: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-3 px-6 py-16 text-center">
      <span className="flex size-10 items-center justify-center rounded-lg border bg-muted text-muted-foreground">
        <Icon aria-hidden="true" className="size-5" />
      </span>
      <h2 className="font-medium">{title}</h2>
      <div className="grid max-w-md gap-4 text-balance text-muted-foreground text-sm">{children}</div>
    </div>
  );
}
