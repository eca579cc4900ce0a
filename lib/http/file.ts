import { logFault } from "@/lib/faults/log";
import { Slots } from "@/lib/http/slots";
import type { Scope } from "@/lib/scope";

/** The most concurrent downloads; each holds a database connection while its reader reads. */
const LIMITS = { perMember: 2, perOrganization: 4, perProcess: 16 };
/** A reader who receives nothing for this long is dropped, in ms. */
export const STALLED_DOWNLOAD_MS = 30_000;
/** Bytes per chunk. They tell slow readers from stopped ones: 64 KiB in 30 s is 2 KB a second. */
const PIECE_BYTES = 64 * 1024;

const shared = globalThis as typeof globalThis & { throughlineFileSlots?: Slots };
/** One for all of Next's copies of this module. */
const slots = (): Slots =>
  (shared.throughlineFileSlots ??= new Slots(LIMITS, {
    own: "Other exports by you or your organization are running. Try again when one has finished.",
    others: "Other exports are running. Try again in a minute.",
    retryAfterSeconds: 60,
  }));

/**
 * A file to download, produced as it is read: `chunks` is pulled when there is room, and ended when the reader
 * disconnects or receives nothing for 30 s. `name`: "users.csv" becomes users-2026-03-12.csv. A failure ends the
 * connection, which browsers and curl report as a failed download. Throws rate_limited and unavailable like Slots.
 */
export function fileResponse(
  scope: Scope,
  name: string,
  type: string,
  chunks: AsyncGenerator<string | Uint8Array>,
): Response {
  const releaseSlot = slots().take(scope);
  let isEnded = false;
  let stallTimer: NodeJS.Timeout | undefined;
  const finish = async () => {
    if (isEnded) return;
    isEnded = true;
    clearTimeout(stallTimer);
    await chunks.return(undefined).finally(releaseSlot);
  };
  let pending: Uint8Array = new Uint8Array(0);
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        clearTimeout(stallTimer);
        try {
          // An empty string would be an empty chunk, after which the stream is not pulled again.
          while (pending.length === 0) {
            const { value, done } = await chunks.next();
            if (isEnded) return; // the reader went away meanwhile
            if (done) {
              await finish();
              return controller.close();
            }
            pending = typeof value === "string" ? encoder.encode(value) : value;
          }
          controller.enqueue(pending.subarray(0, PIECE_BYTES));
          pending = pending.subarray(PIECE_BYTES);
          stallTimer = setTimeout(() => {
            // Next ends the connection on an AbortError without logging it.
            controller.error(new DOMException("The download was not read.", "AbortError"));
            void finish().catch(() => undefined);
          }, STALLED_DOWNLOAD_MS);
        } catch (error) {
          if (isEnded) return;
          logFault(`Writing ${name} failed midway`, error);
          await finish().catch(() => undefined);
          controller.error(error);
        }
      },
      cancel: finish,
    },
    { highWaterMark: 1 },
  );
  const day = new Date().toISOString().slice(0, 10);
  return new Response(body, {
    headers: {
      "content-type": type === "application/zip" ? type : `${type}; charset=utf-8`,
      "content-disposition": `attachment; filename="${name.replace(".", `-${day}.`)}"`,
      "cache-control": "no-store",
    },
  });
}

const encoder = new TextEncoder();
