import type { IncomingMessage } from "node:http";
import { AppError } from "@/lib/errors";

export const tooLarge = (maxBytes: number): AppError =>
  new AppError("too_large", `The request has more than ${Math.floor(maxBytes / 1024)} KiB. Send it in smaller parts.`);

/**
 * The whole body, at most `maxBytes`; throws `too_large` as soon as there is more. The rest is not cancelled, as that
 * would reset the connection before the sender reads the reason: the server discards it (lib/http/linger).
 */
export async function readBytes(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Buffer> {
  if (body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = body.getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    bytes += chunk.value.byteLength;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk.value);
  }
  return Buffer.concat(chunks, bytes);
}

/**
 * Like `readBytes`, for a request of node:http. Uses events, which cost less than async iteration. Rejects with
 * `bad_request` if the sender disconnects half-way.
 */
export function readNodeBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    const announced = Number(request.headers["content-length"] ?? 0);
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (Math.max(bytes, announced) <= maxBytes) return void chunks.push(chunk);
      chunks = [];
      reject(tooLarge(maxBytes));
    });
    request.on("end", () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
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

/**
 * A number of 16 digits or more, where JSON may have one; a double represents shorter ones exactly. Also matches inside
 * some strings.
 */
const LONG_NUMBER = /(?:^|[:,[\s])-?\d{16}/;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const INTEGER = /^-?\d+$/;

/**
 * JSON.parse, except that a whole number beyond 2^53 becomes the string of its digits: as a double it would be rounded,
 * and two users with neighbouring ids would become one person. All other numbers stay numbers. Throws SyntaxError like
 * JSON.parse. Text without such a number costs one extra search; with one it is scanned once more, in linear time.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!LONG_NUMBER.test(text)) return value;
  const exact = quoteLongNumbers(text);
  return exact === text ? value : JSON.parse(exact);
}

const quoteLongNumbers = (json: string): string =>
  outsideStrings(json, (part) =>
    LONG_NUMBER.test(part)
      ? part.replace(NUMBER, (token) =>
          INTEGER.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
        )
      : part,
  );

/** Valid JSON with everything between its strings transformed. */
function outsideStrings(json: string, change: (part: string) => string): string {
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const open = json.indexOf('"', at);
    if (open === -1) return parts.join("") + change(json.slice(at));
    const end = endOfString(json, open);
    parts.push(change(json.slice(at, open)), json.slice(open, end));
    at = end;
  }
}

/**
 * The position after the quote that closes the string opened at `open`: the first quote with an even number of
 * backslashes before it.
 */
function endOfString(json: string, open: number): number {
  let quote = open;
  for (;;) {
    quote = json.indexOf('"', quote + 1);
    if (quote === -1) return json.length;
    let slashes = 0;
    while (json.charCodeAt(quote - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote + 1;
  }
}

const BACKSLASH = 92;
