import { LRUCache } from "lru-cache";
import {
  isProcessLinkOpen,
  onProcessMessage,
  PROCESS_MESSAGE_MAX_BYTES,
  sendToProcesses,
} from "@/lib/db/process-link.store";
import { forgetShown, messagesAfter, rememberFromOthers, takeUnsent } from "@/lib/debugger/ring";
import type { Counters, RecentMessages, SeenMessage } from "@/lib/debugger/types";
import { type ForeignRequest, rememberForeign, takeUnsentRequests } from "@/lib/debugger/unmatched";
import type { Scope } from "@/lib/scope";

/**
 * Gives each process the messages that the others have received. While a member watches a project, their process
 * announces that every few seconds, and the others send what they have received since. Nothing is sent while nobody
 * watches.
 */

/** How long after the last announcement messages are still sent, in ms. */
const WATCHED_MS = 15_000;
const ANNOUNCE_EVERY_MS = 5_000;
/** How often messages are sent, and how many per project: more than anybody can read in that time. */
const SEND_EVERY_MS = 300;
const SENT_AT_ONCE = 150;
const REQUESTS_AT_ONCE = 20;
/** How many projects may be watched at the same time. */
const WATCHED_MAX = 100;
/** Room for a message's other fields: ids and counts. */
const ENVELOPE_BYTES = 600;

type Entries = { projectId: string; seen: SeenMessage[]; counters: Counters };

const shared = globalThis as typeof globalThis & { throughlineAnnounced?: LRUCache<string, true> };
/** Projects announced to the other processes as watched. One for all of Next's copies of this module. */
const announced = () => (shared.throughlineAnnounced ??= new LRUCache({ max: WATCHED_MAX, ttl: ANNOUNCE_EVERY_MS }));

/** The project's messages after number `after`, of all processes, as far as the others have sent theirs. */
export function recentMessages({ projectId, sight }: Scope, after = 0): RecentMessages {
  if (isProcessLinkOpen() && !announced().has(projectId)) {
    announced().set(projectId, true);
    sendToProcesses("debugger.watch", { projectId });
  }
  const found = messagesAfter(projectId, after);
  if (!sight.masked) return found;
  return { ...found, entries: found.entries.map((entry) => ({ ...entry, user: null, device: null })) };
}

/** Exchanges messages with the other processes. Once per process, in server.ts. */
export function startRelay(): { stop(): void } {
  const watched = new LRUCache<string, true>({ max: WATCHED_MAX, ttl: WATCHED_MS });
  let timer: NodeJS.Timeout | undefined;
  const send = () => {
    const projects = [...watched.keys()]; // without those that nobody has watched for a while
    for (const projectId of projects) sendMessages(projectId);
    if (projects.length > 0) return sendRequests();
    clearInterval(timer);
    timer = undefined;
  };
  onProcessMessage("debugger.watch", (data) => {
    const { projectId } = data as { projectId: string };
    watched.set(projectId, true);
    timer ??= setInterval(send, SEND_EVERY_MS).unref();
  });
  onProcessMessage("debugger.entries", (data, from) => {
    const { projectId, seen, counters } = data as Entries;
    rememberFromOthers(projectId, from, seen, counters);
  });
  onProcessMessage("debugger.requests", (data) => {
    for (const request of data as ForeignRequest[]) rememberForeign(request);
  });
  onProcessMessage("debugger.forget", (data) => {
    const { projectId, shown } = data as { projectId: string; shown: string[] };
    forgetShown(projectId, shown);
  });
  return { stop: () => clearInterval(timer) };
}

function sendMessages(projectId: string): void {
  const { seen, counters } = takeUnsent(projectId, SENT_AT_ONCE);
  for (const some of chunksOf(seen)) sendToProcesses("debugger.entries", { projectId, seen: some, counters });
}

function sendRequests(): void {
  for (const some of chunksOf(takeUnsentRequests(REQUESTS_AT_ONCE))) sendToProcesses("debugger.requests", some);
}

/** Splits items into as few messages as possible, in order; leaves out an item that is too long for a message. */
export function chunksOf<T>(all: readonly T[]): T[][] {
  const chunks: T[][] = [];
  let room = 0;
  for (const one of all) {
    const bytes = Buffer.byteLength(JSON.stringify(one)) + 1;
    if (bytes > PROCESS_MESSAGE_MAX_BYTES - ENVELOPE_BYTES) continue;
    if (bytes > room) {
      chunks.push([]);
      room = PROCESS_MESSAGE_MAX_BYTES - ENVELOPE_BYTES;
    }
    chunks.at(-1)?.push(one);
    room -= bytes;
  }
  return chunks;
}
