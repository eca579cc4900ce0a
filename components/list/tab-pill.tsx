import type { ReactNode } from "react";

/** A count beside a tab's label. */
export const TabPill = ({ children }: { children: ReactNode }) => (
  <span className="min-w-5 rounded-full bg-muted px-1.5 text-center font-normal text-2xs text-muted-foreground tabular-nums">
    {children}
  </span>
);
