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
import { columnKindOf, columnsShown, isShown } from "@/components/columns/list-spec";
import { useListLayout } from "@/components/list/layout-context";
import type { UserRow } from "@/components/people/row";
import { MAX_WIDTH_PX, MIN_WIDTH_PX } from "@/lib/preferences/layout";

/** Debounce before a width is saved, in milliseconds. */
const REST_MS = 400;

const features = tableFeatures({
  columnSizingFeature,
  columnResizingFeature,
  columnOrderingFeature,
  columnPinningFeature,
});
const helper = createColumnHelper<typeof features, UserRow>();

/** The TanStack Table of a list, with the member's columns, order, widths and pins. */
export function useListTable(rows: UserRow[], tab: string, days: number) {
  const { list, layout, change } = useListLayout();
  const ids = columnsShown(list.name, layout, tab);
  const key = ids.join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` changes exactly when `ids` does
  const columns = useMemo(
    () =>
      helper.columns(
        ids.map((id) => {
          const { width, label } = columnKindOf(list, id, days);
          return helper.display({ id, header: label, size: width, minSize: MIN_WIDTH_PX, maxSize: MAX_WIDTH_PX });
        }),
      ),
    [key, days, list],
  );
  const [sizing, setSizing] = useState<Record<string, number>>({});
  const columnSizing = useMemo(() => ({ ...layout.widths, ...sizing }) as Record<string, number>, [layout, sizing]);
  const columnPinning = useMemo(() => ({ start: [list.first.id, ...layout.pinned], end: [] }), [layout, list]);
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
      const widths = Object.entries({ ...layout.widths, ...sizing }).filter(
        ([id]) => id === list.first.id || isShown(layout, id),
      );
      change({ ...layout, widths: Object.fromEntries(widths.map(([id, width]) => [id, Math.round(width as number)])) });
      setSizing({});
    }, REST_MS);
    return () => clearTimeout(timer);
  });

  /** Only the member's own columns: the first and a tab's columns keep their places. */
  const move = (id: string, before: string) => {
    if (!isShown(layout, id) || !isShown(layout, before) || id === before) return;
    const next = layout.columns.toSpliced(layout.columns.indexOf(id), 1);
    next.splice(layout.columns.indexOf(before), 0, id);
    const pinned = layout.pinned.includes(before)
      ? [...new Set([...layout.pinned, id])]
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
    canMove: (id: string) => isShown(layout, id),
  };
}
