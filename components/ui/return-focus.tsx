"use client";

import { useRef, useState } from "react";

type CloseHandler = (event: Event) => void;

/**
 * Gives the focus back to where it was when something opened over the page. Radix knows only a trigger of its own, so what is opened by
 * a key, a row or an address would leave the focus nowhere, and the keyboard at the page's start. `remember` goes inside the content.
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

/** Looks while it is first rendered: once it is there, a field with autoFocus has the focus already. */
function Remember({ into }: { into: React.RefObject<Element | null> }) {
  useState(() => {
    into.current = typeof document === "undefined" ? null : document.activeElement;
  });
  return null;
}
