import ipaddr from "ipaddr.js";

/**
 * Under what name an address is counted: IPv4 as it is, also when written as IPv6, of IPv6 the /64 a subscriber gets.
 * All that is no address, and nothing, share one name, so that leaving it out is no way around a limit.
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
