/** Where and on what device an event happened. All fields are optional; the IP address is never among them. */
export type Context = {
  origin?: string;
  path?: string;
  title?: string;
  referrer?: string;
  /** Readable name of the referrer's site ("Google", "Hacker News"). */
  referrerName?: string;
  country?: string;
  city?: string;
  device?: "desktop" | "mobile" | "tablet" | "server" | "other";
  browser?: string;
  os?: string;
  utmSource?: string;
  utmMedium?: string;
  utmCampaign?: string;
  utmTerm?: string;
  utmContent?: string;
};

/**
 * The fields that only the context of a page has. A context with any of them determines the source of the visit, even
 * if it names none.
 */
export const PAGE_FIELDS = [
  "path",
  "referrer",
  "utmSource",
  "utmMedium",
  "utmCampaign",
  "utmTerm",
  "utmContent",
] as const;
