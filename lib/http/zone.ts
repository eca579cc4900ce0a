import "server-only";
import { cookies } from "next/headers";
import { isTimeZone } from "@/lib/format/time";

/** Set by components/time-zone.tsx from the browser's settings. */
const ZONE_COOKIE = "throughline-zone";

/** The reader's IANA time zone; UTC until the browser has reported it. */
export async function readerZone(): Promise<string> {
  const zone = decodeURIComponent((await cookies()).get(ZONE_COOKIE)?.value ?? "");
  return zone !== "" && isTimeZone(zone) ? zone : "UTC";
}
