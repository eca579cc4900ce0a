"use client";

import { MAX_WIDTH_PX, MIN_WIDTH_PX } from "@/lib/preferences/layout";

/** Step of an arrow key when resizing, in CSS pixels. */
const STEP_PX = 16;

/**
 * Disables dragging of headers while a column is resized, as the next header slides under the pointer. Set
 * synchronously: a drag starts before React renders.
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

/** The right edge of a header: resizes by dragging or arrow keys; a double click resets the width. */
export function ResizeHandle({ label, width, active, start, resize, reset }: ResizeHandleProps) {
  const widenBy = (step: number) => resize(Math.min(MAX_WIDTH_PX, Math.max(MIN_WIDTH_PX, width + step)));
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
        if (event.key === "ArrowLeft") widenBy(-STEP_PX);
        else if (event.key === "ArrowRight") widenBy(STEP_PX);
        else return;
        event.preventDefault();
      }}
      className={`absolute inset-y-1.5 -right-px z-10 w-1.5 cursor-col-resize touch-none select-none rounded-full transition-colors max-sm:hidden ${active ? "bg-primary" : "bg-transparent hover:bg-border focus-visible:bg-primary group-hover/head:bg-border"}`}
    />
  );
}
