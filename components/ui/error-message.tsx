import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";

/** An error and what to do about it; announced to screen readers on appearance. */
export function ErrorMessage({ children }: { children: ReactNode }) {
  return (
    <div
      role="alert"
      className="flex gap-2 rounded-md border border-destructive/40 bg-destructive/5 px-3 py-2.5 text-destructive text-sm"
    >
      <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      <div>{children}</div>
    </div>
  );
}
