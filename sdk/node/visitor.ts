/** The person behind a request to your server, as far as your server knows them. */
export type Visitor = {
  ip?: string;
  userAgent?: string;
  /** The browser's `getDeviceId()`, if your page sends it: links the earlier history. */
  deviceId?: string;
  sessionId?: string;
  /** The page's full URL, and the one before it. */
  path?: string;
  referrer?: string;
};

type HeaderSource = Headers | Record<string, string | string[] | undefined>;

/** One header from either kind of collection; the first if there are several. */
export function headerOf(headers: HeaderSource, name: string): string | undefined {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  return (Array.isArray(value) ? value[0] : value) || undefined;
}

/**
 * The address a request came from. `proxies` is how many proxies of your own append to X-Forwarded-For; at 0 the
 * header, which anybody can write, is not read and `socketAddress` counts.
 */
export function addressOf(headers: HeaderSource, proxies: number, socketAddress?: string): string | undefined {
  if (proxies === 0) return socketAddress;
  const hops = (headerOf(headers, "x-forwarded-for") ?? "")
    .split(",")
    .map((hop) => hop.trim())
    .filter((hop) => hop !== "");
  return hops[Math.max(0, hops.length - proxies)] ?? socketAddress;
}

/** Header in which a page sends op.getDeviceId(), so that the server acts for the same device. */
export function visitorFrom(headers: HeaderSource, proxies: number, socketAddress?: string): Visitor {
  return {
    ip: addressOf(headers, proxies, socketAddress),
    userAgent: headerOf(headers, "user-agent"),
    deviceId: headerOf(headers, "throughline-device-id"),
    sessionId: headerOf(headers, "throughline-session-id"),
    path: headerOf(headers, "referer"),
  };
}

/** Headers that a first-party proxy forwards, so that visitors stay distinct. */
export function forwardedHeaders(headers: HeaderSource, address: string | undefined): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of [
    "content-type",
    "content-encoding",
    "origin",
    "user-agent",
    "throughline-client-id",
    "openpanel-client-id",
  ]) {
    const value = headerOf(headers, name);
    if (value !== undefined) passed[name] = value;
  }
  if (address !== undefined) passed["openpanel-client-ip"] = address;
  return passed;
}
