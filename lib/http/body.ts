import { AppError } from "@/lib/errors";

/**
 * How far past its limit a body is still read and thrown away before the connection is cut. Answering while the sender
 * still writes would reach it as a reset connection, not as the 413 that says why.
 */
const DRAIN_MAX_BYTES = 16 * 1024 * 1024;

/** The whole body, at most `maxBytes`; throws `too_large` beyond. Reads in one pass and keeps nothing past the limit. */
export async function readBytes(
  chunks: AsyncIterable<Uint8Array> | null | undefined,
  maxBytes: number,
): Promise<Buffer> {
  if (!chunks) return Buffer.alloc(0);
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes <= maxBytes) kept.push(chunk);
    else {
      kept.length = 0;
      if (bytes > DRAIN_MAX_BYTES) break;
    }
  }
  if (bytes > maxBytes) throw tooLarge(maxBytes);
  return Buffer.concat(kept, bytes);
}

export const tooLarge = (maxBytes: number): AppError =>
  new AppError("too_large", `The request has more than ${Math.floor(maxBytes / 1024)} KiB. Send it in smaller parts.`);

/** A request's JSON body, at most `maxBytes`; throws `too_large`, or `bad_request` when it is not JSON. */
export async function readJson(request: Request, { maxBytes }: { maxBytes: number }): Promise<unknown> {
  const bytes = await readBytes(request.body as AsyncIterable<Uint8Array> | null, maxBytes);
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new AppError("bad_request", "The body is not valid JSON.");
  }
}
