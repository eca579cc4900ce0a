import type { TimelineItem } from "@/components/timeline/item";
import { dayKey, formatRoughDuration } from "@/lib/format/time";

/** Consecutive events of one session; `sessionId` null: sent by a server, outside any visit. */
export type SessionBlock = {
  key: string;
  sessionId: string | null;
  /** The session continues from the day above. */
  continued: boolean;
  /** In timeline order. */
  items: [TimelineItem, ...TimelineItem[]];
  /** Times of its first and last event here, in ms. */
  from: number;
  to: number;
  /** "3 days": the gap to the block above; null when short. */
  gap: string | null;
};

export type TimelineDay = { key: string; ts: number; blocks: SessionBlock[] };

/** Minimum gap shown, in milliseconds: the session timeout. */
const GAP_MS = 30 * 60 * 1000;

/** Groups events, in the given order, by day in the reader's `zone` and by session, with gaps. O(events). */
export function groupByDay(items: readonly TimelineItem[], zone: string): TimelineDay[] {
  const days: TimelineDay[] = [];
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
        gap: silence >= GAP_MS && !(sameSession && item.sessionId !== null) ? formatRoughDuration(silence) : null,
      });
    }
    above = item;
  }
  return days;
}
