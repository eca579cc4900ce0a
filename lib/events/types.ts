/** Icons and colours a project may give its events; components/timeline/event-style.ts defines their looks. */
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

/** How a project displays one event; null: the default of its kind. A conversion is a goal of the project. */
export type EventDisplay = { icon: EventIconName | null; color: EventColor | null; conversion: boolean };

/** By event name; events with the default display are absent. */
export type EventDisplays = Record<string, EventDisplay>;
