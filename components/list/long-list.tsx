"use client";

import { useEffect, useMemo, useRef } from "react";
import { listHref } from "@/components/columns/list-url";
import type { Sorting } from "@/components/list/column-header";
import { useListLayout } from "@/components/list/layout-context";
import { ListTable } from "@/components/list/list-table";
import { type RowsPage, useMoreRows } from "@/components/list/use-more-rows";
import type { UserRow } from "@/components/people/row";
import { ErrorMessage } from "@/components/ui/error-message";
import { type Packed, unpack } from "@/components/ui/packed";
import { Pager } from "@/components/ui/pager";
import { FadedWhilePending } from "@/components/ui/pending";

type LongListProps = {
  rows: Packed<UserRow[]>;
  next: string | null;
  sorting: Sorting;
  caption: string;
  /** Cursor of the first row; null on the first page. */
  first: string | null;
};

/** Rows with infinite scrolling. The page links stay, for bookmarks and without JavaScript. */
export function LongList({ rows: packedRows, next: firstNext, sorting, caption, first }: LongListProps) {
  const { list } = useListLayout();
  const { path, state } = sorting;
  const firstRows = useMemo(() => unpack(packedRows), [packedRows]);
  const { rows, next, failed, more } = useMoreRows({ rows: firstRows, next: firstNext }, async (cursor) => {
    const response = await fetch(listHref(`${path}/rows`, { ...state, cursor }));
    if (!response.ok) throw new Error(String(response.status));
    return (await response.json()) as RowsPage;
  });
  const end = useRef<HTMLDivElement>(null);
  const loadMore = useRef(more);
  loadMore.current = more;
  // Observe again after every page, so that a page that does not fill the window loads another.
  useEffect(() => {
    const element = end.current;
    if (!element || next === null || failed) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && loadMore.current());
    observer.observe(element);
    return () => observer.disconnect();
  }, [next, failed]);
  return (
    <>
      <FadedWhilePending className="border-t sm:overflow-x-auto lg:min-h-0 lg:flex-1 lg:overflow-y-auto">
        <div className="relative min-w-full sm:w-max">
          <ListTable rows={rows} sorting={sorting} caption={caption} />
          {/* Enters the viewport a little before the end. */}
          <div
            ref={end}
            aria-hidden="true"
            className="pointer-events-none absolute bottom-0 left-0 h-200 max-h-full w-px"
          />
        </div>
        {failed && (
          <div className="sticky left-0 px-4 py-3 sm:px-6">
            <ErrorMessage>
              Could not load more {list.words.many}. Check your connection, then go to the next page.
            </ErrorMessage>
          </div>
        )}
      </FadedWhilePending>
      <div className="sm:border-t">
        <Pager first={first} next={next === null ? null : listHref(path, { ...state, cursor: next })} />
      </div>
    </>
  );
}
