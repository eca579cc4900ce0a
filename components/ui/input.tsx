import type { ComponentProps } from "react";
import { cn } from "@/components/ui/cn";

/** 16 px on phones, as iOS zooms into smaller inputs. */
export function Input({ className, ...props }: ComponentProps<"input">) {
  return (
    <input
      className={cn(
        "h-9 w-full min-w-0 rounded-md border border-input bg-background px-3 text-base outline-offset-0 placeholder:text-muted-foreground/80 disabled:opacity-50 aria-invalid:border-destructive md:text-sm",
        className,
      )}
      {...props}
    />
  );
}
