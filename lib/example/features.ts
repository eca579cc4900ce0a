import type { JsonObject } from "@/lib/json";
import { SUPPLIERS } from "./names";
import type { Random } from "./random";

/** An action in a part of the app. `chance`: its probability per visit to that part for an average person. */
export type DemoFeature = {
  name: string;
  chance: number;
  /** Only done by heavy users. */
  expert?: boolean;
  properties: (random: Random) => JsonObject;
};

/** A part of Larder's app: a page and its actions. `weight`: relative frequency of visits. */
export type Area = {
  path: string;
  title: string;
  weight: number;
  expertWeight: number;
  features: readonly DemoFeature[];
};

const none = (): JsonObject => ({});
const DISHES = [
  "Almond croissant",
  "Braised lamb",
  "Carrot cake",
  "Charred leeks",
  "Flat white",
  "Lemon tart",
  "Mushroom risotto",
  "Oat cookie",
  "Ramen",
  "Sourdough",
  "Squash soup",
  "Tomato galette",
];

export const AREAS: readonly Area[] = [
  { path: "/app", title: "Today · Larder", weight: 30, expertWeight: 20, features: [] },
  {
    path: "/app/recipes",
    title: "Recipes · Larder",
    weight: 26,
    expertWeight: 24,
    features: [
      { name: "recipe_opened", chance: 0.6, properties: (r) => ({ recipe: r.pick(DISHES) }) },
      {
        name: "recipe_created",
        chance: 0.3,
        properties: (r) => ({ recipe: r.pick(DISHES), ingredients: r.whole(3, 18), template: r.chance(0.3) }),
      },
      {
        name: "recipe_costed",
        chance: 0.35,
        properties: (r) => ({ recipe: r.pick(DISHES), costCents: r.whole(60, 900), marginPercent: r.whole(48, 84) }),
      },
    ],
  },
  {
    path: "/app/stock",
    title: "Stock · Larder",
    weight: 14,
    expertWeight: 14,
    features: [
      {
        name: "stock_count_started",
        chance: 0.4,
        properties: (r) => ({ area: r.pick(["Walk-in", "Dry store", "Bar"]) }),
      },
      {
        name: "stock_count_finished",
        chance: 0.33,
        properties: (r) => ({ items: r.whole(12, 160), minutes: r.whole(6, 45) }),
      },
    ],
  },
  {
    path: "/app/invoices",
    title: "Invoices · Larder",
    weight: 14,
    expertWeight: 18,
    features: [
      {
        name: "invoice_imported",
        chance: 0.5,
        properties: (r) => ({
          supplier: r.pick(SUPPLIERS),
          lines: r.whole(2, 60),
          method: r.pick(["photo", "photo", "email", "csv"]),
        }),
      },
      {
        name: "price_alert_opened",
        chance: 0.15,
        properties: (r) => ({ supplier: r.pick(SUPPLIERS), changePercent: r.whole(3, 28) }),
      },
    ],
  },
  {
    path: "/app/menu",
    title: "Menu · Larder",
    weight: 7,
    expertWeight: 10,
    features: [
      {
        name: "menu_price_changed",
        chance: 0.35,
        properties: (r) => {
          const fromCents = r.whole(6, 24) * 50;
          return { recipe: r.pick(DISHES), fromCents, toCents: fromCents + r.whole(1, 4) * 25 };
        },
      },
      { name: "menu_published", chance: 0.15, expert: true, properties: (r) => ({ dishes: r.whole(8, 60) }) },
    ],
  },
  {
    path: "/app/reports",
    title: "Reports · Larder",
    weight: 4,
    expertWeight: 14,
    features: [
      {
        name: "report_exported",
        chance: 0.5,
        expert: true,
        properties: (r) => ({
          report: r.pick(["Food cost", "Waste", "Margins"]),
          format: r.pick(["pdf", "csv", "xlsx"]),
        }),
      },
      {
        name: "report_scheduled",
        chance: 0.08,
        expert: true,
        properties: (r) => ({ every: r.pick(["week", "month"]) }),
      },
    ],
  },
  {
    path: "/app/settings",
    title: "Settings · Larder",
    weight: 3,
    expertWeight: 2,
    features: [
      {
        name: "till_connected",
        chance: 0.06,
        properties: (r) => ({ till: r.pick(["Square", "Lightspeed", "Zettle"]) }),
      },
    ],
  },
  {
    path: "/app/help",
    title: "Help · Larder",
    weight: 3,
    expertWeight: 1,
    features: [{ name: "help_searched", chance: 0.5, properties: none }],
  },
];

/** Failures, visible in the timeline, of people who then go quiet. */
export const TROUBLES: readonly { path: string; title: string; name: string; properties: JsonObject }[] = [
  {
    path: "/app/invoices",
    title: "Invoices · Larder",
    name: "invoice_import_failed",
    properties: { reason: "The photo could not be read", attempt: 3 },
  },
  {
    path: "/app/reports",
    title: "Reports · Larder",
    name: "report_export_failed",
    properties: { report: "Food cost", reason: "Timed out after 60 s" },
  },
  {
    path: "/app/settings/till",
    title: "Till · Larder",
    name: "till_sync_failed",
    properties: { till: "Square", reason: "The connection expired" },
  },
];
