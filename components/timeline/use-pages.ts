"use client";

import { useState, useTransition } from "react";
import type { TimelineItem, TimelinePage } from "@/components/timeline/item";
import type { ReadResult } from "@/lib/http/action";

export type TimelinePages = {
  items: TimelineItem[];
  above: string | null;
  below: string | null;
  loading: boolean;
  failed: boolean;
  more: (side: "above" | "below") => void;
};

/** The loaded part of a timeline, which grows at both ends. */
export function usePages(
  first: TimelinePage,
  load: (side: "above" | "below", cursor: string) => Promise<ReadResult<TimelinePage>>,
): TimelinePages {
  const [page, setPage] = useState(first);
  const [failed, setFailed] = useState(false);
  const [loading, startTransition] = useTransition();
  const more = (side: "above" | "below") =>
    startTransition(async () => {
      const cursor = page[side];
      if (cursor === null) return;
      try {
        const answer = await load(side, cursor);
        if (!answer.ok) return setFailed(true);
        const loaded = answer.data;
        setPage(
          side === "above"
            ? { ...page, items: [...loaded.items, ...page.items], above: loaded.above }
            : { ...page, items: [...page.items, ...loaded.items], below: loaded.below },
        );
        setFailed(false);
      } catch {
        setFailed(true);
      }
    });
  return { ...page, loading, failed, more };
}
