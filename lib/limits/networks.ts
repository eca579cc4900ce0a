import { createHmac } from "node:crypto";
import { config } from "@/lib/config";
import type { Report } from "@/lib/limits/meters";
import { reportMeters } from "@/lib/limits/meters.store";

/** Characters of a hash: enough that two networks never share one. */
const HASH_CHARS = 16;

/** Names a network in the database without its address; the same in all processes, as they share AUTH_SECRET. */
export function hashOfNetwork(kind: string, network: string): string {
  const hash = createHmac("sha256", config().AUTH_SECRET).update(`limit ${network}`).digest("base64url");
  return `${kind}:${hash.slice(0, HASH_CHARS)}`;
}

/** Reports meters whose keys are networks; the address itself never leaves this process. */
export const reportNetworks =
  (kind: string): Report =>
  async (used, perSecond) => {
    const hashes = new Map(used.map(({ key }) => [hashOfNetwork(kind, key), key]));
    const levels = await reportMeters(
      used.map(({ key, amount }) => ({ key: hashOfNetwork(kind, key), amount })),
      perSecond,
    );
    return new Map([...levels].map(([hash, level]) => [hashes.get(hash) as string, level]));
  };
