import type { TimelineItem } from "@/components/timeline/item";
import { dayKey, span } from "@/lib/format/time";

/** Events of one session without another's between them; `sessionId` null: sent by a server, outside any visit. */
export type Block = {
  key: string;
  sessionId: string | null;
  /** The session's other part is on the day above. */
  continued: boolean;
  /** In the timeline's order. */
  items: [TimelineItem, ...TimelineItem[]];
  /** When its first and its last event here happened, in ms. */
  from: number;
  to: number;
  /** "3 days": the silence between this block and the one above it; null when it is short. */
  gap: string | null;
};

export type Day = { key: string; ts: number; blocks: Block[] };

/** Silence in milliseconds worth a line: as long as what ends a session. */
const GAP_MS = 30 * 60 * 1000;

/** In either order, as given, cut into days of the reader's `zone` and sessions, with the gaps between sessions. O(events). */
export function groupByDay(items: readonly TimelineItem[], zone: string): Day[] {
  const days: Day[] = [];
  let above: TimelineItem | undefined;
  for (const item of items) {
    const key = dayKey(item.ts, zone);
    let day = days.at(-1);
    if (day?.key !== key) {
      day = { key, ts: item.ts, blocks: [] };
      days.push(day);
    }
    const block = day.blocks.at(-1);
    const silence = above ? Math.abs(above.ts - item.ts) : 0;
    const sameSession = above !== undefined && above.sessionId === item.sessionId;
    const belongs = block !== undefined && sameSession && (item.sessionId !== null || silence < GAP_MS);
    if (belongs) {
      block.items.push(item);
      block.from = Math.min(block.from, item.ts);
      block.to = Math.max(block.to, item.ts);
    } else {
      day.blocks.push({
        key: item.id,
        sessionId: item.sessionId,
        continued: sameSession && item.sessionId !== null,
        items: [item],
        from: item.ts,
        to: item.ts,
        gap: silence >= GAP_MS && !(sameSession && item.sessionId !== null) ? span(silence) : null,
      });
    }
    above = item;
  }
  return days;
}
