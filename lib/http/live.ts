import { AppError } from "@/lib/errors";

/** A comment this often keeps proxies from taking a quiet stream for a dead one, in ms. */
const HEARTBEAT_MS = 20_000;
/** After this long a stream ends and the browser asks again, so that who may read is asked again, too. In ms. */
const LIFETIME_MS = 5 * 60_000;
/** How soon a browser comes back, in ms. */
const RETRY_MS = 2_000;
/** Streams one process keeps open; each asks the database about once a second. */
const MAX_STREAMS = 500;

const shared = globalThis as typeof globalThis & { throughlineLive?: Set<() => void> };
const open = (): Set<() => void> => {
  shared.throughlineLive ??= new Set();
  return shared.throughlineLive;
};

export type LiveMessage = { event: string; data: unknown };

/**
 * Server-sent events: `look` is asked again and again, `everyMs` after its last answer, until the reader goes away; what it
 * answers is sent. A look that fails ends the stream; the browser comes back by itself. Throws unavailable past MAX_STREAMS.
 */
export function liveResponse(
  request: Request,
  look: () => Promise<{ messages: LiveMessage[]; everyMs: number }>,
): Response {
  if (open().size >= MAX_STREAMS) {
    throw new AppError("unavailable", "Too many pages are watching. Reload in a minute.", { retryAfterSeconds: 60 });
  }
  const text = new TextEncoder();
  let end = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      let timer: NodeJS.Timeout | undefined;
      let over = false;
      const started = Date.now();
      let spoke = started;
      const say = (line: string) => {
        controller.enqueue(text.encode(line));
        spoke = Date.now();
      };
      end = () => {
        if (over) return;
        over = true;
        clearTimeout(timer);
        open().delete(end);
        request.signal.removeEventListener("abort", end);
        try {
          controller.close();
        } catch {
          // the reader closed it already
        }
      };
      const round = async () => {
        const { messages, everyMs } = await look();
        if (over) return;
        for (const { event, data } of messages) say(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
        if (Date.now() - spoke > HEARTBEAT_MS) say(": still here\n\n");
        if (Date.now() - started > LIFETIME_MS) return end();
        timer = setTimeout(next, everyMs);
      };
      const next = () => void round().catch(end);
      open().add(end);
      request.signal.addEventListener("abort", end);
      if (request.signal.aborted) return end();
      say(`retry: ${RETRY_MS}\n\n`);
      next();
    },
    cancel: () => end(),
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      // no-transform: compressed, it would wait for more before it is sent
      "cache-control": "no-cache, no-store, no-transform",
      "x-accel-buffering": "no",
    },
  });
}

/** Ends every stream of this process: a server that stops would otherwise wait for them. */
export function endLiveStreams(): void {
  for (const end of [...open()]) end();
}
