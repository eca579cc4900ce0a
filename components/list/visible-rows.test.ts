import { expect, test } from "vitest";
import { LONG_ROWS, visibleRows } from "./visible-rows";

const ROW_PX = 48;
const WINDOW_PX = 900;
const at = (scrolledRows: number, count = 1_000_000) =>
  visibleRows({ top: 200 - scrolledRows * ROW_PX, rowPx: ROW_PX, count }, WINDOW_PX);

test("a short list is rendered whole", () => {
  expect(at(0, 50)).toEqual({ from: 0, to: 50 });
  expect(at(40, LONG_ROWS)).toEqual({ from: 0, to: LONG_ROWS });
  expect(visibleRows({ top: 0, rowPx: 0, count: 5_000 }, WINDOW_PX)).toEqual({ from: 0, to: 5_000 });
});

test("at any scroll position the visible rows are rendered, and never many more", () => {
  for (const scrolled of [0, 1, 7, 19, 20, 99.5, 1_234, 999_990, 1_000_000, 1_000_500]) {
    const { from, to } = at(scrolled);
    const seen = { from: Math.floor(scrolled - 200 / ROW_PX), to: Math.ceil(scrolled + (WINDOW_PX - 200) / ROW_PX) };
    expect(from, `${scrolled}`).toBeLessThanOrEqual(Math.max(0, Math.min(seen.from, 999_999)));
    expect(to, `${scrolled}`).toBeGreaterThanOrEqual(Math.min(seen.to, 1_000_000));
    expect(to - from, `${scrolled}`).toBeLessThanOrEqual(120);
    expect(from).toBeGreaterThanOrEqual(0);
    expect(to).toBeLessThanOrEqual(1_000_000);
  }
});

test("scrolling by one pixel does not change the rendered range", () => {
  expect(at(500)).toEqual(at(500 + 1 / ROW_PX));
});
