import { createHmac, randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { UnmatchedRequest } from "@/lib/debugger/types";

/**
 * Requests to ingest that belong to no project: an unknown key, none at all, a body that is not JSON. People who
 * install an SDK look for them in the debugger of the project they meant. They are shown to members whose address is
 * the one the request came from, and in projects that list the origin it names. Only in this process's memory, and
 * bounded on each side: a flood from one address or origin evicts nobody else's.
 */

/** Kept per address and per origin; what is older is forgotten. */
export const UNMATCHED_KEPT = 10;
/** Addresses and origins remembered, each; the one silent for longest is evicted first. About 3 MB at most. */
const SENDERS_KEPT = 1_000;
const KEPT_MS = 60 * 60 * 1000;
const ORIGIN_MAX_CHARS = 200;

type State = {
  key: Buffer;
  number: number;
  byAddress: LRUCache<string, UnmatchedRequest[]>;
  byOrigin: LRUCache<string, UnmatchedRequest[]>;
};
const shared = globalThis as typeof globalThis & { throughlineUnmatched?: State };

const lists = () => new LRUCache<string, UnmatchedRequest[]>({ max: SENDERS_KEPT, ttl: KEPT_MS });
/**
 * One for server.ts and for Next's copies of this module. The key ends with the process, and the hashes become
 * meaningless.
 */
const state = (): State =>
  (shared.throughlineUnmatched ??= { key: randomBytes(32), number: 0, byAddress: lists(), byOrigin: lists() });

/** Addresses are not kept, not even here: only a hash that means nothing outside this process. */
const hashOf = (address: string): string => createHmac("sha256", state().key).update(address).digest("base64");

export type Sender = { address: string | null; origin: string | null };

export function rememberUnmatched(
  { address, origin }: Sender,
  what: Omit<UnmatchedRequest, "number" | "origin">,
): void {
  const request = {
    ...what,
    origin: origin === null ? null : origin.slice(0, ORIGIN_MAX_CHARS),
    number: ++state().number,
  };
  if (address !== null) add(state().byAddress, hashOf(address), request);
  if (request.origin !== null) add(state().byOrigin, request.origin.toLowerCase(), request);
}

function add(list: LRUCache<string, UnmatchedRequest[]>, key: string, request: UnmatchedRequest): void {
  list.set(key, [...(list.get(key) ?? []), request].slice(-UNMATCHED_KEPT));
}

/** Newest first: requests from `address`, and requests from an origin that `isOurs` accepts. */
export function unmatchedFor(address: string | null, isOurs: (origin: string) => boolean): UnmatchedRequest[] {
  const { byAddress, byOrigin } = state();
  const found = new Map<number, UnmatchedRequest>();
  const keep = (list: UnmatchedRequest[] | undefined) =>
    list?.forEach((request) => void found.set(request.number, request));
  if (address !== null) keep(byAddress.get(hashOf(address)));
  for (const [origin, list] of byOrigin.entries()) if (isOurs(origin)) keep(list);
  return [...found.values()].sort((a, b) => b.number - a.number).slice(0, UNMATCHED_KEPT);
}
