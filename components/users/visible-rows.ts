/** Rows up to which all of a list is in the document: its first page twice, so that what is found in the page stays found. */
export const LONG_ROWS = 120;
/** Rows rendered above and below what is seen. */
const OVERSCAN_ROWS = 20;
/** What is rendered changes in steps of so many rows, so that not every scrolled pixel renders. */
const STEP_ROWS = 10;

/** [from, to) of the rows to render. */
export type VisibleRows = { from: number; to: number };

/**
 * Which rows of a long list to render: those between the window's edges, and some more. `top`: where the list begins, in CSS pixels
 * from the window's upper edge, negative once it is scrolled past.
 */
export function visibleRows(list: { top: number; rowPx: number; count: number }, windowPx: number): VisibleRows {
  const { top, rowPx, count } = list;
  if (count <= LONG_ROWS || rowPx <= 0) return { from: 0, to: count };
  const down = (row: number) => Math.floor(row / STEP_ROWS) * STEP_ROWS;
  const from = Math.min(Math.max(0, down(-top / rowPx - OVERSCAN_ROWS)), Math.max(0, count - LONG_ROWS / 2));
  const to = Math.min(count, down((windowPx - top) / rowPx + OVERSCAN_ROWS) + STEP_ROWS);
  return { from, to: Math.max(to, Math.min(count, from + LONG_ROWS / 2)) };
}
