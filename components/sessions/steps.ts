import { lookOf, type TimelineItem } from "@/components/timeline/item";

/** "0:42", "1:02:03": since the visit began. */
export function offsetOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** How long each page was looked at, in ms, by its event's id: until the next page; unknown for the last. `items` oldest first. */
export function timesOnPages(items: readonly TimelineItem[]): Map<string, number> {
  const pages = items.filter((item) => lookOf(item) === "page");
  return new Map(pages.slice(0, -1).map((page, index) => [page.id, (pages[index + 1] as TimelineItem).ts - page.ts]));
}
