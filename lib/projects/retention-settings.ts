import { MAX_RETENTION_DAYS, retentionEntrySchema } from "./retention";
import { listSetting, numberSetting } from "./setting-kinds";

/** How long a project keeps events. */
export const RETENTION_SETTINGS = {
  retentionDays: numberSetting({
    group: "retention",
    label: "Keep events for",
    hint: "Whole days, in UTC. 0 keeps them for ever. Older events are deleted daily, and refused when they arrive late or in an import.",
    min: 0,
    max: MAX_RETENTION_DAYS,
    unit: "days",
  }),
  eventRetention: listSetting({
    group: "retention",
    label: "Other limits by event name",
    hint: "One per line, as `name: days`: shorter or longer than for all events. `purchase: 0` is kept for ever.",
    placeholder: "heartbeat: 30\npurchase: 0",
    entry: retentionEntrySchema,
  }),
};
