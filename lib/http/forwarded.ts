import { config } from "@/lib/config";
import { withoutTrailingSlashes } from "@/lib/format/slashes";

/** The headers that tell how the browser reached us, as Next offers no socket. */
export type Headerlike = Pick<Headers, "get">;

/**
 * Whether the browser uses https: according to a proxy, or because the request is for an https APP_URL. Only affects
 * the names and flags of this browser's cookies, so a forged header harms only its sender.
 */
export function isSecure(headers: Headerlike): boolean {
  if (headers.get("x-forwarded-proto")?.split(",")[0]?.trim() === "https") return true;
  const appUrl = config().APP_URL;
  return appUrl.startsWith("https:") && requestedHost(headers) === new URL(appUrl).host;
}

/** The host, with its port, that the browser asked: as the outermost proxy names it, or else as it reached us. */
export const requestedHost = (headers: Headerlike): string | null =>
  headers.get("x-forwarded-host")?.split(",")[0]?.trim() || headers.get("host");

/** The URL of the app, without a trailing slash: APP_URL, or derived from the request. */
export function requestOrigin(headers: Headerlike): string {
  if (config().APP_URL) return withoutTrailingSlashes(config().APP_URL);
  return `${isSecure(headers) ? "https" : "http"}://${requestedHost(headers) ?? "localhost"}`;
}

/**
 * The sender's address as the outermost trusted proxy saw it; null if unknown. Next itself appends the socket's address
 * if there is no proxy, so without trusted proxies the last entry counts.
 */
export function clientIp(headers: Headerlike): string | null {
  const hops = (headers.get("x-forwarded-for") ?? "")
    .split(",")
    .map((hop) => hop.trim())
    .filter((hop) => hop !== "");
  return hops[Math.max(0, hops.length - Math.max(1, config().TRUSTED_PROXIES))] ?? null;
}
