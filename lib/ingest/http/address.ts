import { config } from "@/lib/config";
import { plainAddress } from "@/lib/http/network";
import type { IngestRequest } from "@/lib/ingest/http/request";
import { networkOf } from "@/lib/ingest/http/sender-limit";

/**
 * The address a request came from, as far as it can be trusted; null if unknown. Never stored or logged. Each of our
 * `trustedProxies` appends its peer to X-Forwarded-For, so the visitor is that many entries from the right; entries
 * further left may be forged. `socketAddress` is null in Next's route handlers, where Next has put it into the header.
 */
export function clientAddress(
  socketAddress: string | null,
  forwardedFor: string | string[] | undefined,
  trustedProxies: number,
): string | null {
  if (trustedProxies === 0 && socketAddress !== null) return plainAddress(socketAddress);
  const hops = (Array.isArray(forwardedFor) ? forwardedFor.join(",") : (forwardedFor ?? ""))
    .split(",")
    .map((hop) => hop.trim())
    .filter((hop) => hop !== "");
  if (trustedProxies === 0) return plainAddress(hops.at(-1) ?? null);
  return plainAddress(hops[Math.max(0, hops.length - trustedProxies)] ?? socketAddress);
}

/** The client's network address, as far as it can be trusted. */
export const seenAddress = ({
  headers,
  remoteAddress,
}: Pick<IngestRequest, "headers" | "remoteAddress">): string | null =>
  clientAddress(remoteAddress, headers["x-forwarded-for"], config().TRUSTED_PROXIES);

/**
 * A key that a developer's browser and server share: the address, for IPv6 the subscriber's network, and for this
 * machine "loopback", whether it is 127.0.0.1 or ::1.
 */
export function senderNetwork(address: string | null): string | null {
  if (address === null) return null;
  return address === "::1" || address.startsWith("127.") ? "loopback" : networkOf(address);
}
