import type { IncomingMessage } from "node:http";
import { AppError } from "@/lib/errors";
import { parseJson } from "@/lib/http/json";

/**
 * How far past its limit a body is still read and thrown away before the connection is cut. Answering while the sender
 * still writes would reach it as a reset connection, not as the 413 that says why.
 */
const DRAIN_MAX_BYTES = 16 * 1024 * 1024;

export const tooLarge = (maxBytes: number): AppError =>
  new AppError("too_large", `The request has more than ${Math.floor(maxBytes / 1024)} KiB. Send it in smaller parts.`);

/** The whole body, at most `maxBytes`; throws `too_large` beyond. Keeps nothing past the limit. */
export async function readBytes(
  chunks: AsyncIterable<Uint8Array> | null | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks ?? []) {
    bytes += chunk.byteLength;
    if (bytes <= maxBytes) kept.push(chunk);
    else if (bytes > DRAIN_MAX_BYTES) break;
  }
  if (bytes > maxBytes) throw tooLarge(maxBytes);
  return Buffer.concat(kept, bytes);
}

/**
 * As `readBytes` for a request of node:http, by its events, which cost less than async iteration. Rejects with
 * `bad_request` when the sender goes away half-way; nobody is left to read that.
 */
export function readNodeBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const kept: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes <= maxBytes) kept.push(chunk);
      else if (bytes > DRAIN_MAX_BYTES) {
        reject(tooLarge(maxBytes));
        request.destroy();
      }
    });
    request.on("end", () => {
      if (bytes > maxBytes) reject(tooLarge(maxBytes));
      else resolve(kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept, bytes));
    });
    const cut = () => reject(new AppError("bad_request", "The request ended before its body was complete."));
    request.on("error", cut);
    request.on("close", () => request.complete || cut()); // it also comes after "end"
  });
}

/** A request's JSON body, ids with all their digits (parseJson), at most `maxBytes`; throws `too_large`, or `bad_request` when it is not JSON. */
export async function readJson(request: Request, { maxBytes }: { maxBytes: number }): Promise<unknown> {
  const bytes = await readBytes(request.body as AsyncIterable<Uint8Array> | null, maxBytes);
  try {
    return parseJson(bytes.toString("utf8"));
  } catch {
    throw new AppError("bad_request", "The body is not valid JSON.");
  }
}
