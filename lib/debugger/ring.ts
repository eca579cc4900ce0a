import { LRUCache } from "lru-cache";
import type { Counters, Entry, Glimpse, Seen } from "@/lib/debugger/types";
import type { Scope } from "@/lib/scope";

/**
 * What became of a project's last messages, for whoever installs or debugs an SDK. In this process's memory only, and
 * nothing in it says what a message said: its type and name, when it came, ids cut short, and the reasons in words.
 */

/** Messages kept a project. */
export const KEPT_MESSAGES = 500;
/** Projects whose messages are kept, the longest silent goes first: 15 MB at most, 300 bytes a message. */
const KEPT_PROJECTS = 100;

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

/** The project's messages after number `after`, oldest first, 500 at most. */
export function glimpse(scope: Scope, after = 0): Glimpse {
  const ring = ringOf(scope.projectId);
  return { process: rings().startedAt, entries: ring.after(after), counters: ring.counters };
}
