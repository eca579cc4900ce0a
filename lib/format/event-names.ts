/** SDKs' names for page views: ours and OpenPanel's, others', PostHog's. */
export const PAGE_VIEW_NAMES: readonly string[] = ["screen_view", "page_view", "$pageview"];
