"use client";

import { useRouter } from "next/navigation";
import type { MouseEvent } from "react";

/**
 * A click handler for what holds many plain links, which follows them as next/link does, without loading the document anew. A
 * component for each of hundreds of links is what a page would spend most of its time on. Answers whether there was a link.
 */
export function useFollowLinks(): (event: MouseEvent) => boolean {
  const router = useRouter();
  return (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!link || event.defaultPrevented) return link !== null;
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return true;
    event.preventDefault();
    router.push(link.getAttribute("href") as string);
    return true;
  };
}
