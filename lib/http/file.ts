import { AppError } from "@/lib/errors";
import { logFault } from "@/lib/faults/log";

/** Files that are made at once in this process; each holds a connection or asks for page after page while its reader reads. */
const MAX_RUNNING = 4;

let running = 0;

/**
 * A file to download, made as its reader takes it: `chunks` is asked for the next piece when there is room for it, and ended when the
 * reader goes away. `name`: "users.csv" becomes users-2026-03-12.csv. Throws rate_limited while four others run.
 */
export function fileResponse(name: string, type: string, chunks: AsyncGenerator<string>): Response {
  if (running >= MAX_RUNNING) {
    throw new AppError("rate_limited", "Other exports are running. Try again in a minute.", { retryAfterSeconds: 60 });
  }
  running++;
  let done = false;
  const finish = async () => {
    if (done) return;
    done = true;
    running--;
    await chunks.return(undefined);
  };
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          // An empty piece would be an empty chunk, and nobody would pull again.
          for (;;) {
            const { value, done: ended } = await chunks.next();
            if (done) return; // the reader went away meanwhile
            if (ended) {
              await finish();
              return controller.close();
            }
            if (value !== "") return controller.enqueue(encoder.encode(value));
          }
        } catch (error) {
          if (done) return;
          logFault(`Making ${name} broke off`, error);
          await finish();
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
      "content-type": `${type}; charset=utf-8`,
      "content-disposition": `attachment; filename="${name.replace(".", `-${day}.`)}"`,
      "cache-control": "no-store",
    },
  });
}
