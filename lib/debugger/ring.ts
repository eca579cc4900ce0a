import { randomInt } from "node:crypto";
import { LRUCache } from "lru-cache";
import { sendToProcesses } from "@/lib/db/process-link.store";
import type { Counters, DebuggerEntry, RecentMessages, SeenMessage } from "@/lib/debugger/types";
import { addToSum } from "@/lib/faults/counts";
import { pluralCount } from "@/lib/format/number";

/**
 * The outcomes of a project's last messages, for people who install or debug an SDK. Only in memory, and without any
 * content: a message's type and name, when it arrived, shortened ids, and the reasons in words. Messages that other
 * processes received are added while somebody watches (lib/debugger/relay.ts).
 */

/** How many messages are kept per project. */
export const KEPT_MESSAGES = 500;
/**
 * How many projects have messages in memory; the one silent for longest is evicted first. 15 MB at most, with 300 bytes
 * a message.
 */
const KEPT_PROJECTS = 100;
/** For how many other processes counts are kept per project. */
const KEPT_PROCESSES = 64;

const none = (): Counters => ({ accepted: 0, altered: 0, duplicate: 0, rejected: 0, refused: 0, dropped: 0 });

class Ring {
  private readonly entries: DebuggerEntry[] = [];
  /** Whether this process received the entry at the same index. */
  private readonly isOwn: boolean[] = [];
  private newest = 0;
  private sent = 0;
  readonly counters: Counters = none();
  private readonly others = new LRUCache<string, Counters>({ max: KEPT_PROCESSES });

  add(seen: SeenMessage): void {
    this.counters[seen.status] += 1;
    this.put(seen, true);
  }

  /** Adds what another process has received, and its counts so far. */
  addOthers(process: string, seen: readonly SeenMessage[], counters: Counters): void {
    this.others.set(process, counters);
    for (const one of seen) this.put(one, false);
  }

  private put(seen: SeenMessage, isOwn: boolean): void {
    const at = this.newest % KEPT_MESSAGES;
    this.isOwn[at] = isOwn;
    this.entries[at] = { ...seen, number: ++this.newest };
  }

  /** This process' newest messages that have not been sent to other processes, oldest first; they count as sent. */
  takeUnsent(limit: number): SeenMessage[] {
    const unsent = this.after(this.sent).filter(({ number }) => this.isOwn[(number - 1) % KEPT_MESSAGES]);
    this.sent = this.newest;
    return unsent.slice(-limit).map(({ number: _, ...seen }) => seen);
  }

  /** The counts of all processes. */
  total(): Counters {
    const sum = { ...this.counters };
    for (const counters of this.others.values())
      for (const status of Object.keys(sum) as (keyof Counters)[]) sum[status] += counters[status];
    return sum;
  }

  /** Removes ids from the messages, also other ids whose shortened form is the same. */
  forget(shown: ReadonlySet<string | null>): void {
    this.entries.forEach((entry, i) => {
      const user = shown.has(entry.user) ? null : entry.user;
      const device = shown.has(entry.device) ? null : entry.device;
      this.entries[i] = { ...entry, user, device };
    });
  }

  /** The messages after `number`, oldest first. */
  after(number: number): DebuggerEntry[] {
    const from = Math.max(number, this.newest - KEPT_MESSAGES, 0);
    return Array.from(
      { length: this.newest - from },
      (_, i) => this.entries[(from + i) % KEPT_MESSAGES] as DebuggerEntry,
    );
  }
}

type Rings = { process: number; projects: LRUCache<string, Ring> };
type LastLimited = { at: number; hidden: number };
const shared = globalThis as typeof globalThis & {
  throughlineDebugger?: Rings;
  throughlineLimited?: LRUCache<string, LastLimited>;
};

/** Shared by server.ts, which ingests events, and Next's copies of this module, which show them. */
const rings = (): Rings =>
  (shared.throughlineDebugger ??= { process: randomInt(2 ** 47), projects: new LRUCache({ max: KEPT_PROJECTS }) });

function ringOf(projectId: string): Ring {
  const { projects } = rings();
  const known = projects.get(projectId);
  if (known) return known;
  const ring = new Ring();
  projects.set(projectId, ring);
  return ring;
}

/** Records the messages of a request, in order. */
export function rememberMessages(projectId: string, ...messages: readonly SeenMessage[]): void {
  const ring = ringOf(projectId);
  for (const seen of messages) {
    addToSum("messages", seen.status);
    ring.add(seen);
  }
}

/**
 * How often a refusal by a limit is shown per project, in ms, so that a flood does not push out everything else.
 */
const LIMITED_EVERY_MS = 10_000;
const PROJECTS_MAX = 1_000;

const lastLimited = (): LRUCache<string, LastLimited> =>
  (shared.throughlineLimited ??= new LRUCache({ max: PROJECTS_MAX }));

/** Shows a request that a limit refused (429) in the project's debugger, with the number of those not shown before. */
export function rememberLimited(projectId: string, { at, via, reason }: { at: number; via: string; reason: string }) {
  const last = lastLimited().get(projectId);
  if (last && at - last.at < LIMITED_EVERY_MS) {
    last.hidden += 1;
    return;
  }
  lastLimited().set(projectId, { at, hidden: 0 });
  const reasons = [`429: ${reason}`];
  if (last && last.hidden > 0) reasons.push(`${pluralCount(last.hidden, "more request")} before this one`);
  rememberMessages(projectId, {
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

/** The most characters of an id that are shown. */
const ID_SHOWN = 8;

/** Enough of an id to tell two apart, too little to use it. Short ids lose their second half. */
export const shortened = (id: string): string => `${id.slice(0, Math.min(ID_SHOWN, Math.ceil(id.length / 2)))}…`;

/** Ids named in one message to the other processes. */
const IDS_AT_ONCE = 200;

/**
 * Erasure: removes ids from the project's messages in every process. The others are sent only the shortened forms, and
 * none of an id with an "@", which is never shown.
 */
export function forgetIds(projectId: string, ids: readonly string[]): void {
  const shown = [...new Set(ids.filter((id) => !id.includes("@")).map(shortened))];
  forgetShown(projectId, shown);
  for (let at = 0; at < shown.length; at += IDS_AT_ONCE)
    sendToProcesses("debugger.forget", { projectId, shown: shown.slice(at, at + IDS_AT_ONCE) });
}

/** Removes shortened ids from the project's messages in this process; the relay calls it for the others' erasures. */
export function forgetShown(projectId: string, shown: readonly string[]): void {
  rings().projects.peek(projectId)?.forget(new Set(shown));
}

export function rememberDropped(projectId: string, count: number): void {
  ringOf(projectId).counters.dropped += count;
}

/** This process' messages that were not sent to the others yet, `limit` at most, and its counts. They count as sent. */
export function takeUnsent(projectId: string, limit: number): { seen: SeenMessage[]; counters: Counters } {
  const ring = rings().projects.get(projectId);
  return ring ? { seen: ring.takeUnsent(limit), counters: ring.counters } : { seen: [], counters: none() };
}

export function rememberFromOthers(
  projectId: string,
  process: string,
  seen: readonly SeenMessage[],
  counters: Counters,
): void {
  ringOf(projectId).addOthers(process, seen, counters);
}

/** The project's messages after number `after`, oldest first, 500 at most. */
export function messagesAfter(projectId: string, after: number): RecentMessages {
  const ring = ringOf(projectId);
  return { process: rings().process, entries: ring.after(after), counters: ring.total() };
}
