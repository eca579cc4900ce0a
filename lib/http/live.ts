import { Slots } from "@/lib/http/slots";
import type { Scope } from "@/lib/scope";

/** How often a comment is sent, in ms, so that proxies do not consider a quiet stream dead. */
const HEARTBEAT_MS = 20_000;
/** A stream ends after this long and the browser reconnects, so that permissions are checked again. In ms. */
const LIFETIME_MS = 5 * 60_000;
/** How soon a browser reconnects, in ms. */
const RETRY_MS = 2_000;
/** The most concurrent streams; each queries the database about once a second. A member has about as many tabs. */
const LIMITS = { perMember: 20, perOrganization: 100, perProcess: 500 };
/** A reader who receives none of the pending data for this long is dropped, in ms. */
export const STALLED_STREAM_MS = 30_000;
const HIGH_WATER_MARK = 1;

const shared = globalThis as typeof globalThis & { throughlineLive?: Set<() => void>; throughlineLiveSlots?: Slots };
/** One for all of Next's copies of this module. */
const slots = (): Slots =>
  (shared.throughlineLiveSlots ??= new Slots(LIMITS, {
    own: "Too many live pages are open. Close some and reload.",
    others: "Too many pages are watching. Reload in a minute.",
    retryAfterSeconds: 60,
  }));
const open = (): Set<() => void> => {
  shared.throughlineLive ??= new Set();
  return shared.throughlineLive;
};

export type LiveMessage = { event: string; data: unknown };

/**
 * Server-sent events: calls `poll`, each time `everyMs` after its last result, and sends its messages until the reader
 * disconnects. The stream ends if `poll` fails, or if the reader receives nothing for 30 s; the browser reconnects on
 * its own. Throws rate_limited and unavailable, like Slots.
 */
export function liveResponse(
  scope: Scope,
  request: Request,
  poll: () => Promise<{ messages: LiveMessage[]; everyMs: number }>,
): Response {
  const releaseSlot = slots().take(scope);
  const text = new TextEncoder();
  let end = () => {};
  const source: UnderlyingDefaultSource<Uint8Array> = {
    start(controller) {
      let timer: NodeJS.Timeout | undefined;
      let isOver = false;
      const started = performance.now();
      let sentAt = started;
      // The backlog only shrinks when the reader receives some of it.
      let [lastBacklog, progressAt] = [0, started];
      const isStalled = () => {
        const backlog = HIGH_WATER_MARK - (controller.desiredSize ?? 0);
        if (backlog < lastBacklog || backlog === 0) progressAt = performance.now();
        lastBacklog = backlog;
        return performance.now() - progressAt > STALLED_STREAM_MS;
      };
      const send = (line: string) => {
        controller.enqueue(text.encode(line));
        lastBacklog += 1;
        sentAt = performance.now();
      };
      end = () => {
        if (isOver) return;
        isOver = true;
        clearTimeout(timer);
        releaseSlot();
        open().delete(end);
        request.signal.removeEventListener("abort", end);
        try {
          controller.close();
        } catch {
          // the reader closed it already
        }
      };
      /** Also ends the connection, or the backlog would stay in the socket. Next does not log an AbortError. */
      const dropReader = () => {
        controller.error(new DOMException("The client is not reading.", "AbortError"));
        end();
      };
      const round = async () => {
        const { messages, everyMs } = await poll();
        if (isOver) return;
        if (isStalled()) return dropReader();
        for (const { event, data } of messages) send(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
        if (performance.now() - sentAt > HEARTBEAT_MS) send(": still here\n\n");
        if (performance.now() - started > LIFETIME_MS) return end();
        timer = setTimeout(next, everyMs);
      };
      const next = () => void round().catch(end);
      open().add(end);
      request.signal.addEventListener("abort", end);
      if (request.signal.aborted) return end();
      send(`retry: ${RETRY_MS}\n\n`);
      next();
    },
    cancel: () => end(),
  };
  return new Response(new ReadableStream(source, { highWaterMark: HIGH_WATER_MARK }), {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      // no-transform: a compressing proxy would buffer events before sending them
      "cache-control": "no-cache, no-store, no-transform",
      "x-accel-buffering": "no",
    },
  });
}

/** Ends every stream of this process: a server that stops would otherwise wait for them. */
export function endLiveStreams(): void {
  for (const end of [...open()]) end();
}
