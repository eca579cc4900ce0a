import type { IncomingMessage } from "node:http";
import { AppError } from "@/lib/errors";
import { parseJson } from "@/lib/http/json";

export const tooLarge = (maxBytes: number): AppError =>
  new AppError("too_large", `The request has more than ${Math.floor(maxBytes / 1024)} KiB. Send it in smaller parts.`);

/**
 * The whole body, at most `maxBytes`; throws `too_large` as soon as there is more. The rest is not cancelled, which
 * would reset the connection before the sender reads the reason: the server discards it (lib/http/linger).
 */
export async function readBytes(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Buffer> {
  if (body === null) return Buffer.alloc(0);
  const kept: Uint8Array[] = [];
  let bytes = 0;
  const reader = body.getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    bytes += chunk.value.byteLength;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    kept.push(chunk.value);
  }
  return Buffer.concat(kept, bytes);
}

/**
 * Like `readBytes`, for a request of node:http, by its events, which cost less than async iteration. Rejects with
 * `bad_request` if the sender goes away half-way; nobody is left to read that.
 */
export function readNodeBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let kept: Buffer[] = [];
    let bytes = 0;
    const promised = Number(request.headers["content-length"] ?? 0);
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (Math.max(bytes, promised) <= maxBytes) return void kept.push(chunk);
      kept = [];
      reject(tooLarge(maxBytes));
    });
    request.on("end", () => resolve(kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept)));
    const cut = () => reject(new AppError("bad_request", "The request ended before its body was complete."));
    request.on("error", cut);
    request.on("close", () => request.complete || cut()); // it also comes after "end"
  });
}

/**
 * A request's JSON body, with all digits of its ids (parseJson), at most `maxBytes`; throws `too_large`, or
 * `bad_request` if it is not JSON.
 */
export async function readJson(request: Request, { maxBytes }: { maxBytes: number }): Promise<unknown> {
  const bytes = await readBytes(request.body, maxBytes);
  try {
    return parseJson(bytes.toString("utf8"));
  } catch {
    throw new AppError("bad_request", "The body is not valid JSON.");
  }
}
