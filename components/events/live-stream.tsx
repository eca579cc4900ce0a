"use client";

import { Pause, Play } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Clock } from "@/components/time";
import { EventStream, type StreamRow } from "@/components/timeline/stream";
import { Button } from "@/components/ui/button";
import type { EventDisplays } from "@/lib/events/types";
import { pluralCount } from "@/lib/format/number";

/** Maximum of live rows kept; older ones are on the next page. */
const MAX_ROWS = 500;

type LiveStreamProps = {
  rows: StreamRow[];
  clock: Clock;
  displays: EventDisplays;
  /** URL of the live stream; null: no live updates on this page. */
  url: string | null;
};

/** Everybody's events. New ones appear at once at the top of the page; otherwise they wait behind a button. */
export function LiveStream({ rows: first, clock, displays, url }: LiveStreamProps) {
  const [arrived, setArrived] = useState<StreamRow[]>([]);
  const [shown, setShown] = useState(0);
  const [paused, setPaused] = useState(false);
  const [atTop, setAtTop] = useState(true);
  const [now, setNow] = useState(clock.now);
  const top = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (url === null || paused) return;
    let source: EventSource | null = null;
    const listen = () => {
      if (document.visibilityState === "hidden") {
        source?.close();
        source = null;
      } else if (!source) {
        source = new EventSource(url);
        source.addEventListener("events", ({ data }: MessageEvent<string>) => {
          const received = JSON.parse(data) as StreamRow[];
          setNow(Date.now());
          setArrived((all) => {
            const known = new Set(all.map(({ item }) => item.id));
            return [...received.filter(({ item }) => !known.has(item.id)), ...all].slice(0, MAX_ROWS);
          });
        });
      }
    };
    listen();
    document.addEventListener("visibilitychange", listen);
    return () => {
      document.removeEventListener("visibilitychange", listen);
      source?.close();
    };
  }, [url, paused]);
  useEffect(() => {
    if (!top.current) return;
    const observer = new IntersectionObserver(([entry]) => setAtTop(entry?.isIntersecting ?? true));
    observer.observe(top.current);
    return () => observer.disconnect();
  }, []);

  const known = new Set(first.map(({ item }) => item.id));
  const fresh = arrived.filter(({ item }) => !known.has(item.id));
  if (atTop && shown !== fresh.length) setShown(fresh.length);
  const waiting = fresh.length - shown;
  const rows = [...fresh.slice(waiting), ...first];
  return (
    <>
      <div ref={top} className="flex items-center justify-between gap-2 px-4 py-2 sm:px-6">
        <p role="status" className="text-muted-foreground text-xs">
          {url === null ? "Older events" : paused ? "Paused" : "Live: new events appear here within two seconds"}
        </p>
        {url !== null && (
          <Button variant="outline" size="sm" aria-pressed={paused} onClick={() => setPaused(!paused)}>
            {paused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
            {paused ? "Resume" : "Pause"}
          </Button>
        )}
      </div>
      {waiting > 0 && (
        <div className="pointer-events-none sticky top-16 z-20 flex h-0 justify-center lg:top-3">
          <Button
            size="sm"
            className="pointer-events-auto rounded-full shadow-lg"
            onClick={() => {
              setShown(fresh.length);
              scrollTo({ top: 0 });
            }}
          >
            {pluralCount(waiting, "new event")}
          </Button>
        </div>
      )}
      {rows.length === 0 && (
        <p className="border-t px-4 py-10 text-center text-muted-foreground text-sm">No events on these days yet.</p>
      )}
      <EventStream rows={rows} clock={{ ...clock, now: Math.max(now, clock.now) }} displays={displays} />
    </>
  );
}
