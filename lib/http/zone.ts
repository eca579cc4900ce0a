import "server-only";
import { cookies, headers } from "next/headers";
import { isTimeZone } from "@/lib/format/time";
import { isSecure } from "@/lib/http/forwarded";

/** Set by components/time-zone.tsx from the browser's settings; with the prefix on an https page. */
const COOKIE = "throughline-zone";
const COOKIE_OF_HOST = `__Host-${COOKIE}`;

/** The reader's IANA time zone; UTC until the browser has reported it. */
export async function readerZone(): Promise<string> {
  const given = await cookies();
  // The browser may use https without our knowing, behind a proxy that does not say so.
  const plain = isSecure(await headers()) ? undefined : given.get(COOKIE);
  const zone = (given.get(COOKIE_OF_HOST) ?? plain)?.value ?? "";
  return zone !== "" && isTimeZone(zone) ? zone : "UTC";
}
