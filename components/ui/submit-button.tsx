"use client";

import { LoaderCircle } from "lucide-react";
import { useFormStatus } from "react-dom";
import { Button, type ButtonProps } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";

/** A submit button; while pending it keeps its width, shows a spinner and ignores clicks. */
export function SubmitButton({ children, ...props }: ButtonProps) {
  const { pending } = useFormStatus();
  return (
    <Button
      type="submit"
      aria-disabled={pending || undefined}
      {...props}
      className={cn("relative", props.className)}
      onClick={(event) => pending && event.preventDefault()}
    >
      <span className={cn("inline-flex items-center gap-1.5", pending && "opacity-0")}>{children}</span>
      {pending && <LoaderCircle aria-hidden="true" className="absolute animate-spin" />}
    </Button>
  );
}
