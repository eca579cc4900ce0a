import { createHmac, randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Stray } from "@/lib/debugger/types";

/**
 * Requests to ingest that belong to no project: an unknown key, none at all, a body that is no JSON. Whoever installs
 * an SDK looks for them in the debugger of the project they meant. They are shown to members who ask from the address
 * the request came from, and in projects that list the origin it names. In this process's memory only, bounded on each
 * side: somebody who floods one address or origin pushes out nobody else's.
 */

/** Kept per address and per origin; what is older is forgotten. */
export const STRAYS_KEPT = 10;
/** Addresses and origins remembered, each; the longest silent goes first. About 3 MB at most. */
const SENDERS_KEPT = 1_000;
const KEPT_MS = 60 * 60 * 1000;
const ORIGIN_MAX_CHARS = 200;

type Strays = {
  key: Buffer;
  number: number;
  byAddress: LRUCache<string, Stray[]>;
  byOrigin: LRUCache<string, Stray[]>;
};
const shared = globalThis as typeof globalThis & { throughlineStrays?: Strays };

const lists = () => new LRUCache<string, Stray[]>({ max: SENDERS_KEPT, ttl: KEPT_MS });
/**
 * One for server.ts and for Next's copies of this module. The key dies with the process, and with it what it hashed.
 */
const strays = (): Strays =>
  (shared.throughlineStrays ??= { key: randomBytes(32), number: 0, byAddress: lists(), byOrigin: lists() });

/** Addresses are not kept, not even here: only a hash that means nothing outside this process. */
const hashOf = (address: string): string => createHmac("sha256", strays().key).update(address).digest("base64");

export type StraySender = { address: string | null; origin: string | null };

export function rememberStray({ address, origin }: StraySender, what: Omit<Stray, "number" | "origin">): void {
  const stray = {
    ...what,
    origin: origin === null ? null : origin.slice(0, ORIGIN_MAX_CHARS),
    number: ++strays().number,
  };
  if (address !== null) add(strays().byAddress, hashOf(address), stray);
  if (stray.origin !== null) add(strays().byOrigin, stray.origin.toLowerCase(), stray);
}

function add(list: LRUCache<string, Stray[]>, key: string, stray: Stray): void {
  list.set(key, [...(list.get(key) ?? []), stray].slice(-STRAYS_KEPT));
}

/** Newest first: those from `address`, and those from an origin that `isOurs` knows. */
export function straysOf(address: string | null, isOurs: (origin: string) => boolean): Stray[] {
  const { byAddress, byOrigin } = strays();
  const found = new Map<number, Stray>();
  const keep = (list: Stray[] | undefined) => list?.forEach((stray) => void found.set(stray.number, stray));
  if (address !== null) keep(byAddress.get(hashOf(address)));
  for (const [origin, list] of byOrigin.entries()) if (isOurs(origin)) keep(list);
  return [...found.values()].sort((a, b) => b.number - a.number).slice(0, STRAYS_KEPT);
}
