import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { AppError } from "@/lib/errors";
import { clientIp } from "@/lib/http/forwarded";
import { isInnerAddress, networkName } from "@/lib/http/network";
import { RateLimit } from "@/lib/limits/meters";
import { hashOfNetwork, reportNetworks } from "@/lib/limits/meters.store";

/**
 * Requests per second of guests from one network: a page causes up to four, and a curious visitor opens one every few
 * seconds.
 */
const PER_SECOND = 4;
const BURST = 240;

const shared = globalThis as typeof globalThis & { throughlineGuests?: RateLimit };
/** One per process, shared by Next's copies of this module. */
const limit = (): RateLimit => (shared.throughlineGuests ??= new RateLimit(PER_SECOND, BURST, reportNetworks("guest")));

/**
 * Counts a guest's request by its network over all processes; throws `rate_limited`. Returns the guest as an actor, by
 * which open live views are counted: a keyed hash, never the address.
 */
export async function admitGuest(now = Date.now()): Promise<string> {
  const address = clientIp(await headers());
  const network = networkName(address);
  if (address !== null && !isInnerAddress(address))
    limit().admit(network, now, "Too many pages of the demo were opened from your network. Wait a minute.");
  return hashOfNetwork("guest", network);
}

/** Like admitGuest, for pages, which cannot answer 429: redirects instead. */
export async function admitGuestToPage(): Promise<string> {
  try {
    return await admitGuest();
  } catch (error) {
    if (error instanceof AppError && error.code === "rate_limited") redirect("/demo/busy");
    throw error;
  }
}
