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

/**
 * Like `networkName`, but fast, for a canonical address (`plainAddress`): of IPv6 the /64 that a subscriber gets, as
 * they may use any address in it.
 */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
  return [...before, ...zeros, ...after].slice(0, 4).join(":");
}

/** The network by which an address is counted; null for one of INNER. */
export const countedNetwork = (address: string): string | null => (isInnerAddress(address) ? null : networkOf(address));
