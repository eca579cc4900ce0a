"use client";

import { useRef, useState } from "react";

type CloseHandler = (event: Event) => void;

/**
 * Restores the focus after an overlay closes. Radix only restores it to its own trigger, so an overlay opened by a
 * shortcut, a row or a URL would leave the focus at the start of the page. Render `remember` inside the content.
 */
export function useReturnFocus(own?: CloseHandler): { remember: React.ReactNode; onCloseAutoFocus: CloseHandler } {
  const before = useRef<Element | null>(null);
  const onCloseAutoFocus: CloseHandler = (event) => {
    own?.(event);
    const element = before.current;
    if (event.defaultPrevented || !(element instanceof HTMLElement)) return;
    if (element === document.body || !element.isConnected) return;
    event.preventDefault();
    element.focus();
  };
  return { remember: <Remember into={before} />, onCloseAutoFocus };
}

/** Reads the focus during the first render: after mounting, a field with autoFocus already has it. */
function Remember({ into }: { into: React.RefObject<Element | null> }) {
  useState(() => {
    into.current = typeof document === "undefined" ? null : document.activeElement;
  });
  return null;
}
