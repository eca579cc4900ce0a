import type { Context } from "@/lib/events/context";

/** Where customers are. The offset ignores daylight saving; an hour does not matter in a demo. */
export type DemoPlace = { country: string; city: string; utcOffsetHours: number };

export const DEMO_PLACES: readonly (readonly [number, DemoPlace])[] = [
  [18, { country: "GB", city: "London", utcOffsetHours: 0 }],
  [5, { country: "GB", city: "Leeds", utcOffsetHours: 0 }],
  [14, { country: "US", city: "Chicago", utcOffsetHours: -6 }],
  [9, { country: "US", city: "Portland", utcOffsetHours: -8 }],
  [12, { country: "DE", city: "Berlin", utcOffsetHours: 1 }],
  [7, { country: "NL", city: "Utrecht", utcOffsetHours: 1 }],
  [7, { country: "FR", city: "Lyon", utcOffsetHours: 1 }],
  [6, { country: "SE", city: "Gothenburg", utcOffsetHours: 1 }],
  [5, { country: "IE", city: "Cork", utcOffsetHours: 0 }],
  [5, { country: "ES", city: "Valencia", utcOffsetHours: 1 }],
  [4, { country: "CA", city: "Montreal", utcOffsetHours: -5 }],
  [4, { country: "AU", city: "Melbourne", utcOffsetHours: 10 }],
  [2, { country: "IN", city: "Pune", utcOffsetHours: 5.5 }],
  [2, { country: "BR", city: "Curitiba", utcOffsetHours: -3 }],
];

type Hardware = Pick<Context, "device" | "browser" | "os">;

export const DESKTOPS: readonly (readonly [number, Hardware])[] = [
  [34, { device: "desktop", browser: "Chrome 141", os: "Windows" }],
  [22, { device: "desktop", browser: "Chrome 141", os: "macOS" }],
  [16, { device: "desktop", browser: "Safari 18", os: "macOS" }],
  [12, { device: "desktop", browser: "Microsoft Edge 141", os: "Windows" }],
  [8, { device: "desktop", browser: "Firefox 143", os: "Windows" }],
  [4, { device: "desktop", browser: "Firefox 143", os: "Linux" }],
];

export const PHONES: readonly (readonly [number, Hardware])[] = [
  [55, { device: "mobile", browser: "Safari 18", os: "iOS 18" }],
  [38, { device: "mobile", browser: "Chrome 140", os: "Android 15" }],
  [7, { device: "mobile", browser: "Samsung Internet for Android 28", os: "Android 14" }],
];

export const TABLET: Hardware = { device: "tablet", browser: "Safari 17", os: "iOS 17" };

type Source = Pick<Context, "referrer" | "referrerName" | "utmSource" | "utmMedium" | "utmCampaign">;

/** Sources of first visits. */
export const SOURCES: readonly (readonly [number, Source])[] = [
  [30, { referrer: "https://www.google.com/", referrerName: "Google" }],
  [18, {}],
  [10, { utmSource: "newsletter", utmMedium: "email", utmCampaign: "kitchen-notes" }],
  [
    9,
    {
      referrer: "https://www.google.com/",
      referrerName: "Google",
      utmSource: "google",
      utmMedium: "cpc",
      utmCampaign: "recipe-costing",
    },
  ],
  [
    8,
    {
      referrer: "https://www.linkedin.com/",
      referrerName: "LinkedIn",
      utmSource: "linkedin",
      utmMedium: "paid-social",
      utmCampaign: "owners-autumn",
    },
  ],
  [7, { referrer: "https://news.ycombinator.com/", referrerName: "Hacker News" }],
  [
    6,
    { referrer: "https://www.instagram.com/", referrerName: "Instagram", utmSource: "instagram", utmMedium: "social" },
  ],
  [5, { referrer: "https://duckduckgo.com/", referrerName: "DuckDuckGo" }],
  [4, { referrer: "https://www.bing.com/", referrerName: "Bing" }],
  [
    3,
    {
      referrer: "https://www.youtube.com/",
      referrerName: "YouTube",
      utmSource: "youtube",
      utmMedium: "video",
      utmCampaign: "food-cost-basics",
    },
  ],
];

export const INVITED: Source = { utmSource: "invitation", utmMedium: "email", utmCampaign: "team-invite" };

export const DEMO_ORIGIN = "https://larder.example";

/** Larder's public pages: [weight as landing page, weight as a later page, path, title]. */
export const MARKETING_PAGES: readonly (readonly [number, number, string, string])[] = [
  [40, 12, "/", "Larder: know what every plate costs"],
  [6, 26, "/pricing", "Pricing · Larder"],
  [12, 16, "/features/recipe-costing", "Recipe costing · Larder"],
  [6, 12, "/features/stock", "Stock counts in ten minutes · Larder"],
  [5, 10, "/features/invoices", "Invoices from a photo · Larder"],
  [14, 5, "/blog/food-cost-formula", "The food cost formula, explained · Larder"],
  [9, 4, "/blog/menu-engineering", "Menu engineering for small kitchens · Larder"],
  [4, 9, "/customers", "Kitchens that use Larder"],
  [4, 6, "/docs/getting-started", "Getting started · Larder"],
];

export type DemoPlan = "free" | "kitchen" | "group";

/** Minor units (euro cents) per month. */
export const MONTHLY_PRICE: Record<DemoPlan, number> = { free: 0, kitchen: 4_900, group: 14_900 };
