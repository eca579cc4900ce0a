import { isIP, SocketAddress } from "node:net";
import ipaddr from "ipaddr.js";

/**
 * The key by which an address is counted: IPv4 as it is, also if written as IPv6; of IPv6, the /64 that a subscriber
 * gets. All invalid and missing addresses share one key, so that leaving the address out does not bypass a limit.
 */
export function networkName(address: string | null): string {
  const bare = (address ?? "")
    .trim()
    .replace(/^\[([^\]]*)\](?::\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1");
  if (bare.length > 64 || !ipaddr.isValid(bare)) return "unknown";
  const parsed = ipaddr.process(bare);
  if (parsed.kind() === "ipv4") return parsed.toString();
  return (parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":");
}

/**
 * Loopback, private, link-local and carrier-grade NAT addresses. Requests from them come from the operator's own proxy,
 * container or test. Nothing is counted by them, as everybody behind a proxy that TRUSTED_PROXIES does not count would
 * share one.
 */
const INNER =
  /^(?:::ffff:)?(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1$|f[cd]|fe[89ab])/;

export const isInnerAddress = (address: string): boolean => INNER.test(address);

/** Longer than any address with brackets, a zone and a port. */
const ADDRESS_MAX_CHARS = 100;

/**
 * The canonical form of an address: "1.2.3.4:567" → "1.2.3.4", "::ffff:102:304" → "1.2.3.4", "[2001:DB8:0::1]:80" →
 * "2001:db8::1"; null for no address. IPv6 takes 2 µs.
 */
export function plainAddress(text: string | null): string | null {
  if (text === null) return null;
  const bare = text
    .slice(0, ADDRESS_MAX_CHARS)
    .trim()
    .replace(/^\[([^\]]*)\](?::\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .split("%", 1)[0] as string;
  const version = isIP(bare);
  if (version !== 6) return version === 4 ? bare : null;
  return new SocketAddress({ address: bare, family: "ipv6" }).address.replace(/^::ffff:(?=[\d.]+$)/, "");
}
