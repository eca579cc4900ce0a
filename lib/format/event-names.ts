/** The SDKs' names for a page view: ours and OpenPanel's, that of others, PostHog's. */
export const PAGE_VIEW_NAMES: readonly string[] = ["screen_view", "page_view", "$pageview"];
