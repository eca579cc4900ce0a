"use client";

import { MAX_WIDTH_PX, MIN_WIDTH_PX } from "@/lib/preferences/layout";

/** CSS pixels an arrow key makes a column wider or narrower. */
const STEP_PX = 16;

/**
 * Heads can be dragged to another place; none of them while an edge is, for the next one slides under the pointer. At once: a drag
 * begins before anything is rendered.
 */
function holdStill(head: Element | null): void {
  const heads = [...(head?.parentElement?.querySelectorAll<HTMLElement>("th[draggable=true]") ?? [])];
  for (const one of heads) one.draggable = false;
  addEventListener(
    "mouseup",
    () => {
      for (const one of heads) one.draggable = true;
    },
    { once: true, capture: true },
  );
}

type ResizeHandleProps = {
  label: string;
  width: number;
  active: boolean;
  start: (event: unknown) => void;
  resize: (width: number) => void;
  reset: () => void;
};

/** The right edge of a column's head: drag it, or focus it and use the arrow keys; a double click makes it as it was. */
export function ResizeHandle({ label, width, active, start, resize, reset }: ResizeHandleProps) {
  const by = (step: number) => resize(Math.min(MAX_WIDTH_PX, Math.max(MIN_WIDTH_PX, width + step)));
  return (
    // biome-ignore lint/a11y/useSemanticElements: an hr cannot be focused and moved
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${label}`}
      aria-valuenow={Math.round(width)}
      aria-valuemin={MIN_WIDTH_PX}
      aria-valuemax={MAX_WIDTH_PX}
      tabIndex={0}
      draggable={false}
      onMouseDown={(event) => {
        holdStill(event.currentTarget.closest("th"));
        start(event);
      }}
      onTouchStart={start}
      onDoubleClick={reset}
      onKeyDown={(event) => {
        if (event.key === "ArrowLeft") by(-STEP_PX);
        else if (event.key === "ArrowRight") by(STEP_PX);
        else return;
        event.preventDefault();
      }}
      className={`absolute inset-y-1.5 -right-px z-10 w-1.5 cursor-col-resize touch-none select-none rounded-full transition-colors max-sm:hidden ${active ? "bg-primary" : "bg-transparent hover:bg-border focus-visible:bg-primary group-hover/head:bg-border"}`}
    />
  );
}
