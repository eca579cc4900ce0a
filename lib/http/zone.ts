import "server-only";
import { cookies } from "next/headers";
import { isTimeZone } from "@/lib/format/time";

/** Set by components/time-zone.tsx from what the browser says. */
const ZONE_COOKIE = "throughline-zone";

/** The reader's IANA time zone; UTC until the browser has told it. */
export async function readerZone(): Promise<string> {
  const zone = decodeURIComponent((await cookies()).get(ZONE_COOKIE)?.value ?? "");
  return zone !== "" && isTimeZone(zone) ? zone : "UTC";
}
