import { parseUserAgent } from "./visitor";

/**
 * The device of a log-in, as its owner would recognise it: "Chrome 141 on Windows". The header itself is not stored.
 */
export function deviceName(headers: Pick<Headers, "get">): string {
  const { browser, os } = parseUserAgent(headers.get("user-agent"));
  return [browser ?? "An unknown browser", os].filter((part) => part !== undefined).join(" on ");
}
