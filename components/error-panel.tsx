"use client";

import { RotateCw, TriangleAlert } from "lucide-react";
import { useRouter } from "next/navigation";
import { startTransition } from "react";
import { Button } from "@/components/ui/button";

/** Replaces a page that failed to render. The operator finds the cause in the log by `digest`. */
export function ErrorPanel({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const router = useRouter();
  const retry = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  return (
    <div role="alert" className="flex flex-col items-center gap-3 px-6 py-20 text-center">
      <span className="flex size-10 items-center justify-center rounded-lg border text-destructive">
        <TriangleAlert aria-hidden="true" className="size-5" />
      </span>
      <h1 className="font-medium">This page could not be loaded</h1>
      <p className="max-w-md text-balance text-muted-foreground text-sm">
        Nothing is lost. The database was probably unavailable for a moment: try again. If it keeps failing, give your
        operator
        {error.digest ? " this reference from the server's log:" : " the time it happened."}
      </p>
      {error.digest && <code className="rounded bg-muted px-2 py-1 font-mono text-xs">{error.digest}</code>}
      <Button variant="outline" onClick={retry}>
        <RotateCw aria-hidden="true" />
        Try again
      </Button>
    </div>
  );
}
