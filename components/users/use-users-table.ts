"use client";

import {
  columnOrderingFeature,
  columnPinningFeature,
  columnResizingFeature,
  columnSizingFeature,
  createColumnHelper,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useEffect, useMemo, useState } from "react";
import { columnKind, columnsOf } from "@/components/people/columns";
import type { UserRow } from "@/components/people/row";
import { useListLayout } from "@/components/users/layout-context";
import { type ColumnId, MAX_WIDTH_PX, MIN_WIDTH_PX } from "@/lib/preferences/layout";
import type { Tab, WindowDays } from "@/lib/profiles/types";

/** Debounce before a width is saved, in milliseconds. */
const REST_MS = 400;

const features = tableFeatures({
  columnSizingFeature,
  columnResizingFeature,
  columnOrderingFeature,
  columnPinningFeature,
});
const helper = createColumnHelper<typeof features, UserRow>();

/** The TanStack Table of the users list, with the member's columns, order, widths and pins. */
export function useUsersTable(rows: UserRow[], tab: Tab, days: WindowDays) {
  const { layout, change } = useListLayout();
  const ids = columnsOf(layout, tab);
  const key = ids.join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` changes exactly when `ids` does
  const columns = useMemo(
    () =>
      helper.columns(
        ids.map((id) => {
          const { width, label } = columnKind(id, days);
          return helper.display({ id, header: label, size: width, minSize: MIN_WIDTH_PX, maxSize: MAX_WIDTH_PX });
        }),
      ),
    [key, days],
  );
  const [sizing, setSizing] = useState<Record<string, number>>({});
  const columnSizing = useMemo(() => ({ ...layout.widths, ...sizing }) as Record<string, number>, [layout, sizing]);
  const columnPinning = useMemo(() => ({ start: ["person", ...layout.pinned], end: [] }), [layout]);
  const table = useTable({
    features,
    columns,
    data: rows,
    getRowId: (row) => row.ref,
    columnResizeMode: "onChange",
    state: { columnSizing, columnPinning, columnOrder: ids },
    onColumnSizingChange: (update) => setSizing(typeof update === "function" ? update(columnSizing) : update),
  });

  useEffect(() => {
    if (Object.keys(sizing).length === 0) return;
    const timer = setTimeout(() => {
      const kept = Object.entries({ ...layout.widths, ...sizing }).filter(
        ([id]) => id === "person" || layout.columns.includes(id as ColumnId),
      );
      change({ ...layout, widths: Object.fromEntries(kept.map(([id, width]) => [id, Math.round(width as number)])) });
      setSizing({});
    }, REST_MS);
    return () => clearTimeout(timer);
  });

  /** Only the member's own columns: the person and a tab's columns keep their places. */
  const move = (id: string, before: string) => {
    const from = layout.columns.indexOf(id as ColumnId);
    const to = layout.columns.indexOf(before as ColumnId);
    if (from < 0 || to < 0 || from === to) return;
    const next = layout.columns.toSpliced(from, 1);
    next.splice(to, 0, id as ColumnId);
    const pinned = layout.pinned.includes(before as ColumnId)
      ? [...new Set([...layout.pinned, id as ColumnId])]
      : layout.pinned.filter((one) => one !== id);
    change({ ...layout, columns: next, pinned: next.filter((one) => pinned.includes(one)) });
  };
  const resetWidth = (id: string) => {
    const { [id]: _, ...widths } = layout.widths;
    setSizing({});
    change({ ...layout, widths });
  };
  return {
    table,
    setWidth: (id: string, width: number) => setSizing({ ...sizing, [id]: width }),
    resetWidth,
    move,
    canMove: (id: string) => layout.columns.includes(id as ColumnId),
  };
}
