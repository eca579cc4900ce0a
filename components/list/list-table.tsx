"use client";

import { type CSSProperties, type MouseEvent, useRef, useState } from "react";
import { columnKindOf, isShown, type ListSpec } from "@/components/columns/list-spec";
import { SelectRow } from "@/components/identity/selection";
import { CellView } from "@/components/list/cell";
import { ariaSort, ColumnHeader, type Sorting } from "@/components/list/column-header";
import { useListLayout } from "@/components/list/layout-context";
import { ResizeHandle } from "@/components/list/resize-handle";
import { RowHead } from "@/components/list/row-head";
import { useRowKeys } from "@/components/list/row-keys";
import { useListTable } from "@/components/list/use-list-table";
import { useVisibleRows } from "@/components/list/use-visible-rows";
import type { UserRow } from "@/components/people/row";
import { cn } from "@/components/ui/cn";
import { useFollowLinks } from "@/components/ui/follow-links";
import { useGo } from "@/components/ui/navigating";
import { Skeleton } from "@/components/ui/skeleton";
import type { ListLayout } from "@/lib/preferences/layout";

/** Ends the first line of a card on small screens: after name and time. */
const CARD =
  "max-sm:flex max-sm:flex-wrap max-sm:items-center max-sm:gap-x-3 max-sm:py-2.5 max-sm:pr-4 max-sm:pl-13.5 max-sm:before:order-1 max-sm:before:basis-full max-sm:before:content-[''] max-sm:[content-visibility:auto] max-sm:[contain-intrinsic-size:auto_84px]";

const ROW = cn(
  "group relative cursor-pointer bg-background transition-colors hover:bg-[color-mix(in_oklab,var(--muted)_60%,var(--background))] has-[[data-row-link]:focus-visible]:bg-muted sm:[&>td]:border-b max-sm:not-first:border-t",
  CARD,
);

type ListTableProps = { rows: UserRow[]; sorting: Sorting; caption: string };

/** A list: a scrolling table on large screens, cards on small ones. */
export function ListTable({ rows, sorting, caption }: ListTableProps) {
  const { tab: show, window: days } = sorting.state;
  const { table, setWidth, resetWidth, move, canMove } = useListTable(rows, show, days);
  const { list, layout, rendered } = useListLayout();
  const first = list.first.id;
  const [dragged, setDragged] = useState<string | null>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const open = useOpenRow();
  useRowKeys(body);
  const { from, to, above, below } = useVisibleRows(body, rows.length);

  // Without pins the first column takes the remaining width; pinned columns need fixed offsets.
  const flexible = layout.pinned.length === 0 && layout.widths[first] === undefined;
  const headers = table.getHeaderGroups().flatMap((group) => group.headers);
  const place = (id: string) => {
    const column = table.getColumn(id);
    const pinned = column?.getIsPinned() === "start";
    const { number, card } = columnKindOf(list, id, days);
    return {
      style: pinned ? { left: column?.getStart("start") } : undefined,
      className: cn(
        "overflow-hidden px-3 max-sm:h-auto max-sm:p-0",
        pinned && "z-10 bg-inherit sm:sticky",
        number && "text-right",
        id === first ? "max-sm:-ml-9.5 max-sm:flex-1 sm:pl-6" : !isSentence(id) && "truncate",
        id === "lastSeen"
          ? "max-sm:text-xs"
          : id !== first && "max-sm:order-2 max-sm:text-muted-foreground max-sm:text-xs",
        isSentence(id) && "max-sm:basis-full",
        id === "why" && "sm:text-xs sm:leading-4",
        id !== first && !card && "max-sm:hidden",
      ),
    };
  };
  // The same for all rows, so computed once.
  const cells = headers.map(({ id }) => ({
    id,
    label: labelOnCard(list, id, days),
    isNew: isNew(id, layout, rendered),
    placed: withCellStyle(place(id)),
  }));
  return (
    <table
      aria-rowcount={rows.length + 1}
      className="table-fixed border-separate border-spacing-0 text-[13px] max-sm:block sm:w-(--width) sm:min-w-full"
      style={{ "--width": `${table.getTotalSize()}px` } as CSSProperties}
    >
      <caption className="sr-only">{caption}</caption>
      <thead className="max-sm:hidden">
        <tr className="text-left text-muted-foreground text-xs">
          {headers.map((header) => {
            const { id, column } = header;
            return (
              <th
                key={id}
                scope="col"
                aria-sort={ariaSort(list, id, sorting)}
                draggable={canMove(id)}
                onDragStart={() => setDragged(id)}
                onDragEnd={() => setDragged(null)}
                onDragOver={(event) => dragged && canMove(id) && event.preventDefault()}
                onDrop={() => dragged && move(dragged, id)}
                {...withHeadStyle(place(id), flexible && id === first ? undefined : column.getSize())}
              >
                <ColumnHeader list={list} id={id} kind={columnKindOf(list, id, days)} sorting={sorting} />
                <ResizeHandle
                  label={columnKindOf(list, id, days).label}
                  width={column.getSize()}
                  active={column.getIsResizing()}
                  start={header.getResizeHandler()}
                  resize={(width) => setWidth(id, width)}
                  reset={() => resetWidth(id)}
                />
              </th>
            );
          })}
          {!flexible && <td className="sticky top-0 border-b bg-background" />}
        </tr>
      </thead>
      <tbody ref={body} className="max-sm:block">
        {above > 0 && <Gap height={above} />}
        {table
          .getRowModel()
          .rows.slice(from, to)
          .map(({ id: ref, original: row }, index) => (
            <tr key={ref} data-row="" aria-rowindex={from + index + 2} {...open(row.href)} className={ROW}>
              {cells.map(({ id, label, isNew, placed }) => (
                <td key={id} {...placed}>
                  {id === first ? (
                    <>
                      <SelectRow row={row} />
                      <RowHead row={row} />
                    </>
                  ) : isNew ? (
                    <Skeleton className="h-3.5 w-2/3" />
                  ) : (
                    <>
                      {label !== null && <span className="mr-1 sm:hidden">{label}</span>}
                      <CellView cell={row.cells[id]} online={id === "lastSeen" && row.online} />
                    </>
                  )}
                </td>
              ))}
              {!flexible && <td className="max-sm:hidden" />}
            </tr>
          ))}
        {below > 0 && <Gap height={below} />}
      </tbody>
    </table>
  );
}

/** Placeholder for rows that are not rendered. */
const Gap = ({ height }: { height: number }) => (
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row cannot be focused
  <tr aria-hidden="true">
    <td style={{ height }} />
  </tr>
);

/** Columns with text: on a card they take a line of their own. */
const isSentence = (id: string): boolean => id === "why" || id === "health";

type Placed = { style: { left: number | undefined } | undefined; className: string };

const withHeadStyle = ({ style, className }: Placed, width: number | undefined) => ({
  style: { ...style, width },
  className: cn(
    className,
    "group/head relative h-9 border-b bg-background font-medium sm:sticky sm:top-0",
    style ? "z-20" : "z-10 overflow-visible",
  ),
});
const withCellStyle = ({ style, className }: Placed) => ({ style, className: cn("h-12", className) });

/** A column just added, whose values have not arrived yet. */
const isNew = (id: string, chosen: ListLayout, rendered: ListLayout) => isShown(chosen, id) && !isShown(rendered, id);

/** On a card, numbers and properties need a label. */
const labelOnCard = (list: ListSpec, id: string, days: number): string | null => {
  const { label, number, card } = columnKindOf(list, id, days);
  return (number && card) || id.startsWith("p:") ? label : null;
};

/** A click anywhere in a row opens its page, in a new tab with the usual modifier keys or button. */
function useOpenRow() {
  const go = useGo();
  const follow = useFollowLinks();
  return (href: string) => {
    const open = (event: MouseEvent) => {
      if (follow(event)) return;
      const onControl = event.target instanceof Element && event.target.closest("button, input, label");
      if (onControl || getSelection()?.toString()) return;
      if (event.button === 1 || event.metaKey || event.ctrlKey) window.open(href, "_blank", "noopener");
      else if (event.button === 0) go(href);
    };
    return { onClick: open, onAuxClick: open };
  };
}
