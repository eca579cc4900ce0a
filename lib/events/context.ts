/** Where and on what device an event happened. All fields are optional; the IP is never here. */
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

/** The source of a visit: the referring site's name, else the campaign's source, else "Direct". */
export function sourceOf(context: Pick<Context, "referrerName" | "utmSource">): string {
  return context.referrerName ?? context.utmSource ?? "Direct";
}

/**
 * The fields of a context that only a page has. A context with any of them determines the source of the visit, even
 * when there is none.
 */
export const PAGE_MEMBERS = [
  "path",
  "referrer",
  "utmSource",
  "utmMedium",
  "utmCampaign",
  "utmTerm",
  "utmContent",
] as const;
