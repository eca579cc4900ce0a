import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { AppError } from "@/lib/errors";
import { parseJson, tooLarge } from "@/lib/http/body";
import { unpackLz64 } from "@/lib/ingest/http/lz64";
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
