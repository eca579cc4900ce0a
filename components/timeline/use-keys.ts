"use client";

import { type RefObject, useEffect, useRef } from "react";

/** j and k walk through the events: over the rows, or from one open event to the next. Enter opens the row in focus by itself. */
export function useKeys(root: RefObject<HTMLElement | null>, isOpen: boolean, step: (by: 1 | -1) => void): void {
  const latest = useRef({ isOpen, step });
  latest.current = { isOpen, step };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
      if (typing || event.metaKey || event.ctrlKey || event.altKey || (event.key !== "j" && event.key !== "k")) return;
      const by = event.key === "j" ? 1 : -1;
      if (latest.current.isOpen) {
        event.preventDefault();
        return latest.current.step(by);
      }
      if (document.querySelector("[role=dialog]")) return;
      const rows = [...(root.current?.querySelectorAll<HTMLElement>("[data-event]") ?? [])];
      const at = rows.indexOf(document.activeElement as HTMLElement);
      // From nowhere, to the first row in sight.
      const first = rows.findIndex((row) => row.getBoundingClientRect().top > 90);
      const row = rows[at === -1 ? Math.max(0, first) : Math.min(rows.length - 1, Math.max(0, at + by))];
      if (!row) return;
      event.preventDefault();
      row.focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [root]);
}
