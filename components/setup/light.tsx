"use client";

import Link from "next/link";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { fetchJson, usePolled } from "@/components/ui/use-json";

/** Polling interval while waiting, in milliseconds. */
const EVERY_MS = 1_500;

export type Arrived = { name: string; path: string | null };

/** Waits for the first event, then turns green and shows it. */
export function Light({ projectId, initial }: { projectId: string; initial: Arrived | null }) {
  const [arrived, setArrived] = useState(initial);
  const path = `/api/projects/${projectId}/first-event`;
  const { trouble } = usePolled<{ event: Arrived | null }>(arrived ? null : path, EVERY_MS, {
    ask: () => fetchJson(path),
    onAnswer: ({ event }) => event && setArrived(event),
  });

  return (
    <div
      className={cn(
        "flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg border px-4 py-3.5",
        arrived && "border-positive/40 bg-positive/5",
      )}
    >
      <span aria-hidden="true" className="relative flex size-3">
        {!arrived && (
          <span className="absolute inset-0 animate-ping rounded-full bg-muted-foreground/40 [animation-duration:2s]" />
        )}
        <span className={cn("relative size-3 rounded-full", arrived ? "bg-online" : "bg-muted-foreground/50")} />
      </span>
      <p role="status" className="min-w-0 flex-1 text-sm">
        {arrived ? (
          <>
            <span className="font-medium">First event received:</span> {arrived.name}
            {arrived.path && <span className="text-muted-foreground"> on {arrived.path}</span>}
          </>
        ) : trouble ? (
          <>Could not check for events. Check your connection; retrying automatically.</>
        ) : (
          <>
            <span className="font-medium">Waiting for the first event.</span>{" "}
            <span className="text-muted-foreground">Open a page with the snippet. This turns green automatically.</span>
          </>
        )}
      </p>
      <Button asChild size="sm" variant="outline">
        <Link href={`/${projectId}/settings/debugger`}>Debugger</Link>
      </Button>
      {arrived && (
        <Button asChild size="sm">
          <Link href={`/${projectId}/users`}>See your users</Link>
        </Button>
      )}
    </div>
  );
}
