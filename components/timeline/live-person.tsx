"use client";

import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import type { TimelineItem } from "@/components/timeline/item";

/** The page a person is on; null: not online. */
export type Presence = { title: string; path: string | null } | null;
type Live = { items: TimelineItem[]; presence: Presence };

const Context = createContext<Live>({ items: [], presence: null });

/** Events since the page was opened, oldest first, and the person's presence. */
export const useLivePerson = (): Live => useContext(Context);

type LivePersonProps = { url: string; presence: Presence; children: ReactNode };

/** Streams a person's events while the tab is visible. The server sends what arrived since `url` was created. */
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
