import type { Feature } from "@/lib/features/rule";
import type { AccountRule, AccountTest } from "@/lib/segments/rule";
import { DROPPED_EVENT } from "./stories";

/** Segments of accounts that Larder's team follows: each planted story (stories.ts) is in one of them. */

const counted = (is: "atLeast" | "exactly", n: number, days: number): AccountTest => ({
  of: "did",
  event: DROPPED_EVENT,
  where: [],
  is,
  n,
  window: { days },
});
const seenInDays = (days: number): AccountTest => ({ of: "lastSeen", is: "inLast", days });

export const DEMO_ACCOUNT_SEGMENTS: { name: string; description: string; rule: AccountRule }[] = [
  {
    name: "Owner gone, team still here",
    description: "The champion left. Find a new one before the rest follow.",
    rule: {
      kind: "and",
      of: [
        {
          of: "members",
          is: "atLeast",
          n: 1,
          who: [
            { kind: "property", key: "role", type: "text", is: "oneOf", values: ["Owner"] },
            { kind: "time", field: "lastSeen", is: "notInLast", days: 28 },
          ],
        },
        { of: "people", is: "atLeast", n: 3 },
        seenInDays(28),
      ],
    },
  },
  {
    name: "Stopped counting stock",
    description: "They counted often and still work with us, but have not counted for a month. Ask why.",
    rule: { kind: "and", of: [counted("atLeast", 8, 180), counted("exactly", 0, 30), seenInDays(14)] },
  },
  {
    name: "Teams that grow",
    description: "Offer them the larger plan.",
    rule: {
      kind: "and",
      of: [
        { of: "health", is: "oneOf", values: ["growing"] },
        { of: "people", is: "atLeast", n: 5 },
      ],
    },
  },
];

/**
 * Larder's own feature names; each has at most two events, so that a rule can express the people behind each number.
 */
export const DEMO_FEATURES: Omit<Feature, "id">[] = [
  { name: "Recipes", events: ["recipe_created", "recipe_costed"] },
  { name: "Stock counts", events: ["stock_count_started", "stock_count_finished"] },
  { name: "Invoice import", events: ["invoice_imported"] },
  { name: "Price alerts", events: ["price_alert_opened"] },
  { name: "Menu", events: ["menu_price_changed", "menu_published"] },
  { name: "Reports", events: ["report_exported", "report_scheduled"] },
  { name: "Till", events: ["till_connected"] },
];
