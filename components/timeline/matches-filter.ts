import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import type { TimelineEvent, TimelineFilter } from "@/lib/timeline/types";

/** Whether a live event passes the filter; the same rules as matchingSql (lib/timeline). */
export function matchesFilter(event: TimelineEvent, filter: TimelineFilter | undefined): boolean {
  if (!filter) return true;
  const isEvent = event.kind === "event";
  const { names, page, hidePages, conversions, property, search, since, till, sessionId } = filter;
  if (names && !(isEvent && names.includes(event.name))) return false;
  if (page !== undefined && !(isEvent && PAGE_VIEW_NAMES.includes(event.name) && event.path === page)) return false;
  if (hidePages && isEvent && PAGE_VIEW_NAMES.includes(event.name)) return false;
  if (conversions && !(isEvent && (event.revenue !== null || conversions.includes(event.name)))) return false;
  if (since !== undefined && event.ts < since) return false;
  if (till !== undefined && event.ts >= till) return false;
  if (sessionId && event.sessionId !== sessionId) return false;
  if (property) {
    const value = valueAt(event.properties, property.key);
    if (value === undefined || value === null) return false;
    if (property.value !== null && asText(value).toLowerCase() !== property.value.toLowerCase()) return false;
  }
  if (search) {
    const wanted = search.toLowerCase();
    const texts = [event.name, event.path, event.title, JSON.stringify(event.properties)];
    if (!texts.some((text) => text?.toLowerCase().includes(wanted))) return false;
  }
  return true;
}

/** Looks up a key, else a dotted path. */
function valueAt(properties: object, key: string): unknown {
  const at = (from: unknown, part: string): unknown =>
    typeof from === "object" && from !== null && Object.hasOwn(from, part)
      ? (from as Record<string, unknown>)[part]
      : undefined;
  return at(properties, key) ?? key.split(".").reduce<unknown>(at, properties);
}

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
