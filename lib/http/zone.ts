import "server-only";
import { cookies, headers } from "next/headers";
import { isTimeZone } from "@/lib/format/time";
import { isSecure } from "@/lib/http/forwarded";

/** Set by components/time-zone.tsx from the browser's settings. */
const cookieName = (secure: boolean): string => `${secure ? "__Host-" : ""}throughline-zone`;

/** The reader's IANA time zone; UTC until the browser has reported it. */
export async function readerZone(): Promise<string> {
  const name = cookieName(isSecure(await headers()));
  const zone = decodeURIComponent((await cookies()).get(name)?.value ?? "");
  return zone !== "" && isTimeZone(zone) ? zone : "UTC";
}
