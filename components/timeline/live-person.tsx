"use client";

import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import type { TimelineItem } from "@/components/timeline/item";

/** Where somebody is just now; null: not online. */
export type Presence = { title: string; path: string | null } | null;
type Live = { items: TimelineItem[]; presence: Presence };

const Context = createContext<Live>({ items: [], presence: null });

/** What has happened since the page was opened, oldest first, and whether the person is online. */
export const useLivePerson = (): Live => useContext(Context);

type LivePersonProps = { url: string; presence: Presence; children: ReactNode };

/** Listens to one person while the tab is looked at. The server sends what came in since `url` was made. */
export function LivePerson({ url, presence: known, children }: LivePersonProps) {
  const [items, setItems] = useState<TimelineItem[]>([]);
  const [presence, setPresence] = useState(known);
  useEffect(() => {
    let source: EventSource | null = null;
    const listen = () => {
      if (document.visibilityState === "hidden") {
        source?.close();
        source = null;
        return;
      }
      if (source) return;
      source = new EventSource(url);
      source.addEventListener("events", ({ data }: MessageEvent<string>) => {
        const arrived = JSON.parse(data) as TimelineItem[];
        setItems((all) => {
          const known = new Set(all.map(({ id }) => id));
          return [...all, ...arrived.filter(({ id }) => !known.has(id))];
        });
      });
      source.addEventListener("presence", ({ data }: MessageEvent<string>) =>
        setPresence(JSON.parse(data) as Presence),
      );
    };
    listen();
    document.addEventListener("visibilitychange", listen);
    return () => {
      document.removeEventListener("visibilitychange", listen);
      source?.close();
    };
  }, [url]);
  return <Context value={{ items, presence }}>{children}</Context>;
}
