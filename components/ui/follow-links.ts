"use client";

import type { MouseEvent } from "react";
import { useGo } from "@/components/ui/navigating";

/**
 * A click handler for a container of many plain links that navigates like next/link, without reloading the document: a
 * component per link would take most of the render time of a long list. Returns whether a link was clicked.
 */
export function useFollowLinks(): (event: MouseEvent) => boolean {
  const go = useGo();
  return (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!link || event.defaultPrevented) return link !== null;
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return true;
    event.preventDefault();
    go(link.getAttribute("href") as string);
    return true;
  };
}
