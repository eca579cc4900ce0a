import { rowKindOf, type TimelineItem } from "@/components/timeline/item";

/** Time since the start of the visit: "0:42", "1:02:03". */
export function offsetInSession(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Time on each page in ms, by event id: until the next page view, unknown for the last. `items`: oldest first. */
export function timesOnPages(items: readonly TimelineItem[]): Map<string, number> {
  const pages = items.filter((item) => rowKindOf(item) === "page");
  return new Map(pages.slice(0, -1).map((page, index) => [page.id, (pages[index + 1] as TimelineItem).ts - page.ts]));
}
