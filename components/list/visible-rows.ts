/** Up to this many rows (two pages), all are rendered, so that find-in-page works. */
export const LONG_ROWS = 120;
/** Rows rendered above and below the viewport. */
const OVERSCAN_ROWS = 20;
/** The rendered range moves in steps of this many rows, so that not every scroll event renders. */
const STEP_ROWS = 10;

/** [from, to) of the rows to render. */
export type VisibleRows = { from: number; to: number };

/**
 * The rows of a long list to render: those in the viewport, and some more. `top`: position of the list's start in CSS
 * pixels below the viewport's top edge, negative once scrolled past.
 */
export function visibleRows(list: { top: number; rowPx: number; count: number }, windowPx: number): VisibleRows {
  const { top, rowPx, count } = list;
  if (count <= LONG_ROWS || rowPx <= 0) return { from: 0, to: count };
  const down = (row: number) => Math.floor(row / STEP_ROWS) * STEP_ROWS;
  const from = Math.min(Math.max(0, down(-top / rowPx - OVERSCAN_ROWS)), Math.max(0, count - LONG_ROWS / 2));
  const to = Math.min(count, down((windowPx - top) / rowPx + OVERSCAN_ROWS) + STEP_ROWS);
  return { from, to: Math.max(to, Math.min(count, from + LONG_ROWS / 2)) };
}
