import { LRUCache } from "lru-cache";
import type { Counters, Entry, Glimpse, Seen } from "@/lib/debugger/types";
import type { Scope } from "@/lib/scope";

/**
 * The outcomes of a project's last messages, for people who install or debug an SDK. Only in this process's memory, and
 * without any content: a message's type and name, when it came, shortened ids, and the reasons in words.
 */

/** Messages kept per project. */
export const KEPT_MESSAGES = 500;
/**
 * Projects whose messages are kept; the one silent for longest is evicted first: 15 MB at most, 300 bytes a message.
 */
const KEPT_PROJECTS = 100;

class Ring {
  private readonly entries: Entry[] = [];
  private newest = 0;
  readonly counters: Counters = { accepted: 0, altered: 0, duplicate: 0, rejected: 0, refused: 0, dropped: 0 };

  add(seen: Seen): void {
    this.counters[seen.status] += 1;
    this.entries[this.newest % KEPT_MESSAGES] = { ...seen, number: ++this.newest };
  }

  /** Others whose ids begin alike lose them too. */
  forget(shown: ReadonlySet<string | null>): void {
    this.entries.forEach((entry, i) => {
      const user = shown.has(entry.user) ? null : entry.user;
      const device = shown.has(entry.device) ? null : entry.device;
      this.entries[i] = { ...entry, user, device };
    });
  }

  /** Oldest first. */
  after(number: number): Entry[] {
    const from = Math.max(number, this.newest - KEPT_MESSAGES, 0);
    return Array.from({ length: this.newest - from }, (_, i) => this.entries[(from + i) % KEPT_MESSAGES] as Entry);
  }
}

type Rings = { startedAt: number; projects: LRUCache<string, Ring> };
const shared = globalThis as typeof globalThis & { throughlineDebugger?: Rings };

/** One for server.ts, which ingests events, and for Next's copies of this module, which show them. */
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

/** Takes ids, as they are shown, off the project's messages. */
export function forgetIds(projectId: string, shown: ReadonlySet<string | null>): void {
  rings().projects.peek(projectId)?.forget(shown);
}

export function rememberDropped(projectId: string, count: number): void {
  ringOf(projectId).counters.dropped += count;
}

/** The project's messages after number `after`, oldest first, 500 at most. */
export function glimpse(scope: Scope, after = 0): Glimpse {
  const ring = ringOf(scope.projectId);
  const entries = ring.after(after);
  const shown = scope.sight.masked ? entries.map((entry) => ({ ...entry, user: null, device: null })) : entries;
  return { process: rings().startedAt, entries: shown, counters: ring.counters };
}
