"use client";

import { type RefObject, useEffect } from "react";

const TYPING = "input, textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox]";

/**
 * j and k move through the rows' links in `container`, x selects a row for merging; the link handles Enter. Inactive
 * while typing or while a dialog is open.
 */
export function useRowKeys(container: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const move = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || !["j", "k", "x"].includes(event.key)) return;
      if (event.target instanceof Element && event.target.closest(TYPING)) return;
      if (document.querySelector("[role=dialog]")) return;
      const links = [...(container.current?.querySelectorAll<HTMLElement>("[data-row-link]") ?? [])];
      const row = document.activeElement?.closest("tr");
      const at = links.findIndex((link) => row?.contains(link));
      if (event.key === "x") {
        if (at >= 0) row?.querySelector<HTMLElement>("input[type=checkbox]")?.click();
        return;
      }
      const next = at < 0 ? 0 : at + (event.key === "j" ? 1 : -1);
      const link = links[Math.min(links.length - 1, Math.max(0, next))];
      if (!link) return;
      event.preventDefault();
      link.focus({ preventScroll: true });
      link.closest("tr")?.scrollIntoView({ block: "nearest" });
    };
    addEventListener("keydown", move);
    return () => removeEventListener("keydown", move);
  }, [container]);
}
