"use client";

import { useEffect, useRef, useState } from "react";
import { useListLayout } from "@/components/list/layout-context";
import type { UserRow } from "@/components/people/row";

export type RowsPage = { rows: UserRow[]; next: string | null };
type Loaded = RowsPage & { cursor: string };

/**
 * A list's server-rendered first page and the pages loaded by scrolling. `more` loads the next one; after a failure
 * `failed` is true until the retry. When the columns change, the loaded pages are fetched again.
 */
export function useMoreRows(first: RowsPage, read: (cursor: string) => Promise<RowsPage>) {
  const { rendered } = useListLayout();
  const [loaded, setLoaded] = useState<Loaded[]>([]);
  const [failed, setFailed] = useState(false);
  const busy = useRef(false);
  const next = loaded.length > 0 ? (loaded.at(-1)?.next ?? null) : first.next;

  const work = async (job: () => Promise<void>) => {
    if (busy.current) return;
    busy.current = true;
    try {
      await job();
      setFailed(false);
    } catch {
      setFailed(true);
    } finally {
      busy.current = false;
    }
  };
  const loadMore = () => {
    if (next === null) return;
    void work(async () => {
      const page = await read(next);
      setLoaded((before) =>
        before.some(({ cursor }) => cursor === next) ? before : [...before, { ...page, cursor: next }],
      );
    });
  };

  const columns = rendered.columns.join("\n");
  const shown = useRef(columns);
  useEffect(() => {
    if (shown.current === columns) return;
    shown.current = columns;
    if (loaded.length === 0) return;
    void work(async () => {
      const pages: Loaded[] = [];
      for (const { cursor } of loaded) pages.push({ ...(await read(cursor)), cursor });
      setLoaded(pages);
    });
  });

  return { rows: once([first, ...loaded].flatMap((page) => page.rows)), next, failed, more: loadMore };
}

/** Removes duplicates: somebody may have moved to another page since it was read. */
function once(rows: UserRow[]): UserRow[] {
  const seen = new Set<string>();
  return rows.filter(({ ref }) => !seen.has(ref) && seen.add(ref));
}
