"use client";

import { useEffect, useRef } from "react";

/** Scrolls the current tab of the following list into view, as small screens show only some tabs. */
export function CurrentInView() {
  const marker = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const tabs = marker.current?.nextElementSibling;
    const current = tabs?.querySelector<HTMLElement>("[aria-current]");
    if (tabs && current) tabs.scrollLeft = current.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;
  });
  return <span ref={marker} hidden />;
}
