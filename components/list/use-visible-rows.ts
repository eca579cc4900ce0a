"use client";

import { type RefObject, useLayoutEffect, useState } from "react";
import { LONG_ROWS, type VisibleRows, visibleRows } from "@/components/list/visible-rows";

/**
 * The rows of `body` to render, of `count`, in any scroll container, and the height of the rest. All rows while there
 * are few, and on small screens, whose cards differ in height: there content-visibility skips what is off screen.
 */
export function useVisibleRows(
  body: RefObject<HTMLElement | null>,
  count: number,
): VisibleRows & { above: number; below: number } {
  const [{ from, to, rowPx }, setShown] = useState({ from: 0, to: count, rowPx: 0 });
  const isLong = count > LONG_ROWS;
  useLayoutEffect(() => {
    if (!isLong) return;
    let frame = 0;
    const measure = () => {
      frame = 0;
      const element = body.current;
      if (!element) return;
      const isTable = getComputedStyle(element).display === "table-row-group";
      const row = isTable ? (element.querySelector<HTMLElement>("tr[data-row]")?.offsetHeight ?? 0) : 0;
      const next = visibleRows({ top: element.getBoundingClientRect().top, rowPx: row, count }, innerHeight);
      setShown((now) =>
        now.from === next.from && now.to === next.to && now.rowPx === row ? now : { ...next, rowPx: row },
      );
    };
    const later = () => {
      frame ||= requestAnimationFrame(measure);
    };
    measure();
    // Scroll events do not bubble, so capture them: either the window or an element may scroll.
    document.addEventListener("scroll", later, { capture: true, passive: true });
    addEventListener("resize", later);
    return () => {
      cancelAnimationFrame(frame);
      document.removeEventListener("scroll", later, { capture: true });
      removeEventListener("resize", later);
    };
  }, [body, count, isLong]);
  if (!isLong) return { from: 0, to: count, above: 0, below: 0 };
  return { from, to, above: from * rowPx, below: Math.max(0, count - to) * rowPx };
}
