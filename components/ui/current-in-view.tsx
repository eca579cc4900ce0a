"use client";

import { useEffect, useRef } from "react";

/** Scrolls the tabs it stands before so far that the current one is seen; small screens show only some of them. */
export function CurrentInView() {
  const marker = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const tabs = marker.current?.nextElementSibling;
    const current = tabs?.querySelector<HTMLElement>("[aria-current]");
    if (tabs && current) tabs.scrollLeft = current.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;
  });
  return <span ref={marker} hidden />;
}
