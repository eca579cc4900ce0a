import { createHmac } from "node:crypto";
import { LRUCache } from "lru-cache";
import { config } from "@/lib/config";
import type { UnmatchedRequest } from "@/lib/debugger/types";
import { networkOf } from "@/lib/http/network";

/**
 * Requests to ingest that belong to no project: an unknown key, none at all, a body that is not JSON. People who
 * install an SDK look for them in the debugger of the project they meant. A request is shown to members with the
 * address that it came from, and in projects that list the origin it names. Only in memory, bounded per address and per
 * origin, so that a flood from one evicts nobody else's.
 */

/** How many requests are kept per address and per origin. */
export const UNMATCHED_KEPT = 10;
/**
 * How many addresses and how many origins are remembered; the one silent for longest is evicted first. 3 MB at most.
 */
const SENDERS_KEPT = 1_000;
const KEPT_MS = 60 * 60 * 1000;
const ORIGIN_MAX_CHARS = 200;

/** How many requests may wait to be sent to other processes. */
const UNSENT_KEPT = 20;

/** A request as other processes get it, with a hash of its address. */
export type ForeignRequest = { hash: string | null; request: Omit<UnmatchedRequest, "number"> };

type State = {
  number: number;
  unsent: ForeignRequest[];
  byAddress: LRUCache<string, UnmatchedRequest[]>;
  byOrigin: LRUCache<string, UnmatchedRequest[]>;
};
const shared = globalThis as typeof globalThis & { throughlineUnmatched?: State };

const lists = () => new LRUCache<string, UnmatchedRequest[]>({ max: SENDERS_KEPT, ttl: KEPT_MS });
/** One for server.ts and for Next's copies of this module. */
const state = (): State =>
  (shared.throughlineUnmatched ??= { number: 0, unsent: [], byAddress: lists(), byOrigin: lists() });

/** The form in which a sender is kept in memory: a hash, which is useless without this instance's secret. */
const hashOf = (address: string): string =>
  createHmac("sha256", config().AUTH_SECRET)
    .update(`unmatched ${sharedNetworkOf(address)}`)
    .digest("base64");

/**
 * What a developer's browser and server share: the address, for IPv6 the subscriber's network, and for this machine
 * "loopback", whether it is 127.0.0.1 or ::1.
 */
const sharedNetworkOf = (address: string): string =>
  address === "::1" || address.startsWith("127.") ? "loopback" : networkOf(address);

export type UnmatchedSender = { address: string | null; origin: string | null };

export function rememberUnmatched(
  { address, origin }: UnmatchedSender,
  outcome: Omit<UnmatchedRequest, "number" | "origin">,
): void {
  const hash = address === null ? null : hashOf(address);
  const request = { ...outcome, origin: origin === null ? null : origin.slice(0, ORIGIN_MAX_CHARS) };
  rememberForeign({ hash, request });
  state().unsent = [...state().unsent, { hash, request }].slice(-UNSENT_KEPT);
}

/** Records a request that another process received. */
export function rememberForeign({ hash, request }: ForeignRequest): void {
  const numbered = { ...request, number: ++state().number };
  if (hash !== null) add(state().byAddress, hash, numbered);
  if (request.origin !== null) add(state().byOrigin, request.origin.toLowerCase(), numbered);
}

/** The requests that were not sent to other processes yet, newest last; they count as sent. */
export function takeUnsentRequests(limit: number): ForeignRequest[] {
  const { unsent } = state();
  state().unsent = [];
  return unsent.slice(-limit);
}

function add(list: LRUCache<string, UnmatchedRequest[]>, key: string, request: UnmatchedRequest): void {
  list.set(key, [...(list.get(key) ?? []), request].slice(-UNMATCHED_KEPT));
}

/** Requests from `address`, and from origins that `isOurs` accepts, newest first. */
export function unmatchedFor(address: string | null, isOurs: (origin: string) => boolean): UnmatchedRequest[] {
  const { byAddress, byOrigin } = state();
  const found = new Map<number, UnmatchedRequest>();
  const keep = (list: UnmatchedRequest[] | undefined) =>
    list?.forEach((request) => void found.set(request.number, request));
  if (address !== null) keep(byAddress.get(hashOf(address)));
  for (const [origin, list] of byOrigin.entries()) if (isOurs(origin)) keep(list);
  return [...found.values()].sort((a, b) => b.number - a.number).slice(0, UNMATCHED_KEPT);
}
