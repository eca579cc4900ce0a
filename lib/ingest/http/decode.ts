import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { AppError } from "@/lib/errors";
import { parseJson, tooLarge } from "@/lib/http/body";
import type { IngestRequest } from "@/lib/ingest/http/request";
import { REQUEST_MAX_BYTES } from "@/lib/ingest/values/limits";

/** Stops unpacking a zip bomb at the request's limit. */
const LIMIT = { maxOutputLength: REQUEST_MAX_BYTES };
const unpackers = {
  gzip: promisify<Buffer, typeof LIMIT, Buffer>(gunzip),
  deflate: promisify<Buffer, typeof LIMIT, Buffer>(inflate),
  br: promisify<Buffer, typeof LIMIT, Buffer>(brotliDecompress),
};

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** A request's body, read and unpacked. `bytes`: its unpacked size. */
export type IngestBody = { value: object; bytes: number };

/**
 * The body of a request, an object or a list; a GET carries it in `data`, as base64 or JSON. Throws as `decodeBody`
 * does, and `bad_request` with the message `expects` for any other JSON.
 */
export async function readIngestBody(
  request: IngestRequest,
  query: URLSearchParams,
  expects = "The body is a JSON object or a list.",
): Promise<IngestBody> {
  const { value, bytes } =
    request.method === "GET"
      ? await decodeBody(Buffer.from(`data=${encodeURIComponent(query.get("data") ?? "")}`), undefined)
      : await decodeBody(await request.body(REQUEST_MAX_BYTES), request.headers["content-encoding"]);
  if (typeof value !== "object" || value === null) throw new AppError("bad_request", expects);
  return { value, bytes };
}

/**
 * Decodes an SDK's body (docs/wire.md W8): JSON of any content type, gzip by its first bytes, and the form
 * `data=<base64 or JSON>`. `bytes` is its unpacked size. Long numbers keep their digits (parseJson). Throws
 * `bad_request` for malformed bodies and `too_large` beyond the request's limit.
 */
export async function decodeBody(body: Buffer, contentEncoding: unknown): Promise<{ value: unknown; bytes: number }> {
  const unpacked = await unpack(body, contentEncoding);
  let text = unpacked.toString("utf8");
  if (text.startsWith("\ufeff")) text = text.slice(1);
  if (text.startsWith("data=")) text = await readForm(text);
  try {
    return { value: parseJson(text), bytes: Math.max(unpacked.byteLength, Buffer.byteLength(text)) };
  } catch {
    throw new AppError("bad_request", text.trim() === "" ? "The body is empty." : "The body is not valid JSON.");
  }
}

async function unpack(body: Buffer, contentEncoding: unknown): Promise<Buffer> {
  // By the bytes, not the header: a proxy may have unpacked them and kept the header, or the SDK sent none.
  const encoding = isGzip(body)
    ? "gzip"
    : contentEncoding === "br" || contentEncoding === "deflate"
      ? contentEncoding
      : null;
  if (encoding === null) return body;
  try {
    return await unpackers[encoding](body, LIMIT);
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(REQUEST_MAX_BYTES);
    throw new AppError("bad_request", `The body cannot be unpacked as ${encoding}.`);
  }
}

/** The form that older SDKs and beacons send: `data` holds JSON, base64 of JSON or of gzip, or lz-string's base64. */
async function readForm(text: string): Promise<string> {
  const form = new URLSearchParams(text);
  const data = form.get("data") ?? "";
  if (/^\s*[[{]/.test(data)) return data;
  // URLSearchParams reads an unescaped "+" of base64 as a space.
  const base64 = data.replaceAll(" ", "+");
  if (form.get("compression") === "lz64") return readLz64(base64);
  return (await unpack(Buffer.from(base64, "base64"), undefined)).toString("utf8");
}

/**
 * Characters of an lz-string form, which takes 0.3 µs per character to read. By default the library sends 20 events at
 * a time.
 */
const LZ64_MAX_LENGTH = 256 * 1024;

function readLz64(base64: string): string {
  if (base64.length > LZ64_MAX_LENGTH) throw tooLarge(LZ64_MAX_LENGTH);
  try {
    const text = unpackLz64(base64, REQUEST_MAX_BYTES);
    if (text !== null) return text;
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(REQUEST_MAX_BYTES);
    throw error;
  }
  throw new AppError("bad_request", "The body cannot be unpacked as lz64.");
}

/**
 * Unpacks lz-string's compressToBase64, as posthog-js-lite 2 sends it. Throws a RangeError beyond `maxChars` characters
 * (the library has no limit, and 2 KB can become 2 MB); returns null for malformed input. O(length of the text), as
 * each code yields at least one character.
 */
export function unpackLz64(packed: string, maxChars: number): string | null {
  const bits = bitReader(packed);
  const first = readLiteral(bits, bits(2));
  if (first === null) return null;
  const dictionary: (string | null)[] = [null, null, null, first];
  const parts = [first];
  let chars = first.length;
  let previous = first;
  let width = 3;
  let untilWider = 4;
  const addEntry = (text: string): void => {
    dictionary.push(text);
    if (--untilWider === 0) untilWider = 2 ** width++;
  };
  for (;;) {
    const code = bits(width);
    if (code === END) return parts.join("");
    let entry: string | null | undefined;
    if (code < END) {
      entry = readLiteral(bits, code);
      if (entry === null) return null;
      addEntry(entry);
    } else {
      entry = code === dictionary.length ? previous + previous.charAt(0) : dictionary[code];
    }
    if (entry == null || bits.isOver()) return null;
    chars += entry.length;
    if (chars > maxChars) throw new RangeError("The unpacked text is too long.");
    parts.push(entry);
    addEntry(previous + entry.charAt(0));
    previous = entry;
  }
}

/** The code that ends the text; 0 and 1 mean that a character of 8 or 16 bits follows. */
const END = 2;
const ALPHABET = new Map(
  Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=", (letter, at) => [letter, at]),
);

type Bits = ((count: number) => number) & { isOver: () => boolean };

/** Six bits per letter, the highest first; a number's lowest bit comes first. */
function bitReader(packed: string): Bits {
  let at = 0;
  let mask = 32;
  let value = ALPHABET.get(packed[0] ?? "") ?? 0;
  const read = (count: number): number => {
    let number = 0;
    for (let power = 1; power < 2 ** count; power *= 2) {
      if ((value & mask) !== 0) number += power;
      mask >>= 1;
      if (mask === 0) {
        mask = 32;
        value = ALPHABET.get(packed[++at] ?? "") ?? 0;
      }
    }
    return number;
  };
  return Object.assign(read, { isOver: () => at > packed.length });
}

function readLiteral(bits: Bits, code: number): string | null {
  return code === 0 || code === 1 ? String.fromCharCode(bits(code === 0 ? 8 : 16)) : null;
}
