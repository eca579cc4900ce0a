"use client";

import { type RefObject, useEffect, useRef } from "react";

/** j and k move between rows, or between events while one is open. Enter is handled by the focused row. */
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
      // Without focus, start at the first visible row.
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
