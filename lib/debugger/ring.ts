import { LRUCache } from "lru-cache";
import type { Scope } from "@/lib/scope";

/**
 * What became of a project's last messages, for whoever installs or debugs an SDK. In this process's memory only, and
 * nothing in it says what a message said: its type and name, when it came, ids cut short, and the reasons in words.
 */

/** Messages kept a project. */
export const KEPT_MESSAGES = 500;
/** Projects whose messages are kept, the longest silent goes first: 15 MB at most, 300 bytes a message. */
const KEPT_PROJECTS = 100;

export const STATUSES = ["accepted", "altered", "duplicate", "rejected", "refused"] as const;
/**
 * `altered`: stored, but not as sent. `rejected`: there was something wrong with it. `refused`: nothing was wrong with it,
 * and it is not stored on purpose (a crawler, an objection, a rule of the project, a key that may not).
 */
export type Status = (typeof STATUSES)[number];

export type Seen = {
  /** Milliseconds since 1970. */
  at: number;
  status: Status;
  type: string;
  name: string | null;
  /** Cut short; an e-mail address is masked. */
  user: string | null;
  device: string | null;
  reasons: string[];
  /** The input at fault, in dots. */
  field: string | null;
  /** The path it came by, which tells the SDK. */
  via: string;
};

/** `number` counts a project's messages from 1, in this process. */
export type Entry = Seen & { number: number };

export type Counters = Record<Status, number> & {
  /** What SDKs said they had to drop, because a device's storage was full. */
  dropped: number;
};

class Ring {
  private readonly entries: Entry[] = [];
  private newest = 0;
  readonly counters: Counters = { accepted: 0, altered: 0, duplicate: 0, rejected: 0, refused: 0, dropped: 0 };

  add(seen: Seen): void {
    this.counters[seen.status] += 1;
    this.entries[this.newest % KEPT_MESSAGES] = { ...seen, number: ++this.newest };
  }

  /** Oldest first. */
  after(number: number): Entry[] {
    const from = Math.max(number, this.newest - KEPT_MESSAGES, 0);
    return Array.from({ length: this.newest - from }, (_, i) => this.entries[(from + i) % KEPT_MESSAGES] as Entry);
  }
}

type Rings = { startedAt: number; projects: LRUCache<string, Ring> };
const shared = globalThis as typeof globalThis & { throughlineDebugger?: Rings };

/** One for server.ts, which takes events in, and for Next's copies of this module, which show them. */
const rings = (): Rings =>
  (shared.throughlineDebugger ??= { startedAt: Date.now(), projects: new LRUCache({ max: KEPT_PROJECTS }) });

function ringOf(projectId: string): Ring {
  const { projects } = rings();
  const known = projects.get(projectId);
  if (known) return known;
  const ring = new Ring();
  projects.set(projectId, ring);
  return ring;
}

export function remember(projectId: string, seen: Seen): void {
  ringOf(projectId).add(seen);
}

export function rememberDropped(projectId: string, count: number): void {
  ringOf(projectId).counters.dropped += count;
}

/** `process` changes when the numbers start anew: a restart, or another process behind the load balancer. */
export type Glimpse = { process: number; entries: Entry[]; counters: Counters };

/** The project's messages after number `after`, oldest first, 500 at most. */
export function glimpse(scope: Scope, after = 0): Glimpse {
  const ring = ringOf(scope.projectId);
  return { process: rings().startedAt, entries: ring.after(after), counters: ring.counters };
}
