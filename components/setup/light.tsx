"use client";

import Link from "next/link";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { fetchJson, usePolled } from "@/components/ui/use-json";

/** Polling interval while waiting, in milliseconds. */
const EVERY_MS = 1_500;

export type Arrived = { name: string; path: string | null };
/** The latest request from the reader's address, or the project's own site, that reached no project. */
type Stray = { via: string; reason: string };

/** Waits for the first event, then turns green and shows it; shows why a request that came did not count. */
export function Light({ projectId, initial }: { projectId: string; initial: Arrived | null }) {
  const [arrived, setArrived] = useState(initial);
  const [stray, setStray] = useState<Stray | null>(null);
  const path = `/api/projects/${projectId}/first-event`;
  const { trouble } = usePolled<{ event: Arrived | null; stray: Stray | null }>(arrived ? null : path, EVERY_MS, {
    ask: () => fetchJson(path),
    onAnswer: (answer) => {
      setStray(answer.stray);
      if (answer.event) setArrived(answer.event);
    },
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
        ) : stray ? (
          <>
            <span className="font-medium">A request to {stray.via} came, but reached no project.</span>{" "}
            <span className="break-words text-muted-foreground">{stray.reason}</span>
          </>
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
