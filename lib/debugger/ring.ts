import { LRUCache } from "lru-cache";
import type { Counters, Entry, Glimpse, Seen } from "@/lib/debugger/types";
import { counted } from "@/lib/format/number";
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
type Last = { at: number; hidden: number };
const shared = globalThis as typeof globalThis & {
  throughlineDebugger?: Rings;
  throughlineLimited?: LRUCache<string, Last>;
};

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

/** A project's refusals by a limit appear once in this time, in ms: a flood must not push out everything else. */
const SHOWN_EVERY_MS = 10_000;
const PROJECTS_MAX = 1_000;

const lasts = (): LRUCache<string, Last> => (shared.throughlineLimited ??= new LRUCache({ max: PROJECTS_MAX }));

/** Shows a request that a limit refused (429) in the project's debugger, with the number of those not shown before. */
export function rememberLimited(projectId: string, { at, via, reason }: { at: number; via: string; reason: string }) {
  const last = lasts().get(projectId);
  if (last && at - last.at < SHOWN_EVERY_MS) {
    last.hidden += 1;
    return;
  }
  lasts().set(projectId, { at, hidden: 0 });
  const reasons = [`429: ${reason}`];
  if (last && last.hidden > 0) reasons.push(`${counted(last.hidden, "more request")} before this one`);
  remember(projectId, {
    at,
    via,
    status: "refused",
    type: "request",
    name: null,
    user: null,
    device: null,
    field: null,
    reasons,
  });
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
