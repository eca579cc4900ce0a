"use client";

import { Pause, Play } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useState, useTransition } from "react";
import { Button } from "@/components/ui/button";

/** Polling interval, in milliseconds. */
const EVERY_MS = 4_000;

/** Refreshes a server-rendered list while the tab is visible and updates are not paused. */
export function LiveRefresh() {
  const router = useRouter();
  const [paused, setPaused] = useState(false);
  const [loading, startTransition] = useTransition();
  useEffect(() => {
    if (paused || loading) return;
    const timer = setTimeout(() => {
      if (document.visibilityState === "visible") startTransition(() => router.refresh());
    }, EVERY_MS);
    return () => clearTimeout(timer);
  });
  return (
    <Button variant="outline" size="sm" aria-pressed={!paused} onClick={() => setPaused(!paused)}>
      {paused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
      {paused ? "Resume" : "Pause"}
      <span aria-hidden="true" className={`size-2 rounded-full ${paused ? "bg-muted-foreground/40" : "bg-online"}`} />
      <span className="sr-only">live updates</span>
    </Button>
  );
}
