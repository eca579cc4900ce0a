/** Icons and colours a project may give its events; what each looks like is in components/timeline/event-style.ts. */
export const EVENT_ICONS = [
  "click",
  "star",
  "rocket",
  "cart",
  "card",
  "download",
  "upload",
  "search",
  "message",
  "mail",
  "play",
  "flag",
  "bell",
  "bug",
  "alert",
  "check",
  "share",
  "heart",
] as const;
export const EVENT_COLORS = ["grey", "teal", "green", "amber", "red", "violet", "blue"] as const;

export type EventIconName = (typeof EVENT_ICONS)[number];
export type EventColor = (typeof EVENT_COLORS)[number];

/** How a project shows one event; null: as its kind is shown. A conversion is what the project is there for. */
export type EventDisplay = { icon: EventIconName | null; color: EventColor | null; conversion: boolean };

/** By event name; events that are shown by default are absent. */
export type EventDisplays = Record<string, EventDisplay>;
