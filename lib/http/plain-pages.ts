import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { hashSourceOf } from "./csp";
import { acceptsGzip } from "./page-cache";
import { plainScriptOf } from "./plain-script";

/**
 * The landing page and the documentation are sent without Next's scripts: nothing in them needs React in the browser,
 * and the scripts are most of what a phone would load. docs/decisions/0129-plain-public-pages.md.
 */
export const isPlainPath = (path: string): boolean => path === "/" || path === "/docs" || path.startsWith("/docs/");

const END = "</script>";
/** The preload of a script, as React writes it. */
const SCRIPT_PRELOAD = /<link rel="preload" as="script"[^<>]{0,300}>/g;

const compress = promisify(gzip);

/** The hashes of the scripts that may run in a plain page: the layout's, which sets the colours, and our own. */
export const plainScripts = (path: string, ofLayout: readonly string[]): string[] => [
  ...ofLayout,
  hashSourceOf(plainScriptOf(path)),
];

/** Removes every script whose hash is not in `ofLayout`, and adds our own. Linear in the page. */
export function withoutScripts(html: string, path: string, ofLayout: readonly string[]): string {
  const kept: string[] = [];
  let at = 0;
  for (;;) {
    const start = html.indexOf("<script", at);
    const text = start < 0 ? -1 : html.indexOf(">", start) + 1;
    const end = text < 1 ? -1 : html.indexOf(END, text);
    if (end < 0) break;
    kept.push(html.slice(at, start));
    if (ofLayout.includes(hashSourceOf(html.slice(text, end)))) kept.push(html.slice(start, end + END.length));
    at = end + END.length;
  }
  const plain = [...kept, html.slice(at)].join("").replace(SCRIPT_PRELOAD, "");
  return plain.replace("</body>", () => `<script>${plainScriptOf(path)}</script></body>`);
}

/** Whether this response is sent without Next's scripts; other responses at the same addresses are left alone. */
export const isPlainPage = (request: IncomingMessage, response: ServerResponse, path: string): boolean =>
  isPlainPath(path) &&
  request.headers.rsc === undefined &&
  response.statusCode === 200 &&
  String(response.getHeader("content-type") ?? "").startsWith("text/html");

type Chunk = string | Uint8Array;

/** Answers with a page from which Next's scripts have been removed. */
type Deliver = (html: string) => Promise<void>;

/**
 * Buffers a response until it is complete, then sends it without Next's scripts, compressed if the browser accepts
 * gzip, which is hidden from Next, so that it does not compress. With `deliver`, that answers instead of sending it.
 */
export function sendPlainPage(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  ofLayout: readonly string[],
  deliver?: Deliver,
): void {
  const canGzip = acceptsGzip(request.headers);
  delete request.headers["accept-encoding"];
  delete request.headers["if-none-match"]; // Next's tag is of its own page, whose scripts are not ours
  const { write, end, flushHeaders, writeHead } = response;
  const chunks: Uint8Array[] = [];
  let isComplete = false;
  const isBuffering = () => !isComplete && !response.headersSent && isPlainPage(request, response, path);
  const buffer = (chunk: unknown, encoding: unknown) => {
    if (chunk !== undefined && chunk !== null && typeof chunk !== "function")
      chunks.push(Buffer.from(chunk as string, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8"));
  };
  const finish = async (callback: (() => void) | undefined) => {
    const html = withoutScripts(Buffer.concat(chunks).toString("utf8"), path, ofLayout);
    if (deliver) {
      isComplete = true;
      return await deliver(html);
    }
    const plain = Buffer.from(html);
    const body = canGzip ? await compress(plain) : plain;
    isComplete = true;
    response.removeHeader("etag");
    if (canGzip) response.setHeader("content-encoding", "gzip");
    response.setHeader("content-length", body.length);
    end.call(response, body, "utf8", callback);
  };
  // Compression middleware sends the head before the first write.
  response.writeHead = ((...args: Parameters<typeof writeHead>) => {
    response.statusCode = args[0];
    const headers = args.find((one) => typeof one === "object" && !Array.isArray(one));
    for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value as string);
    if (isBuffering()) {
      response.removeHeader("etag");
      response.removeHeader("content-length");
      if (request.method !== "HEAD") return response;
    }
    return writeHead.apply(response, args);
  }) as typeof writeHead;
  response.flushHeaders = () => {
    if (!isBuffering()) flushHeaders.call(response);
  };
  response.write = ((chunk: Chunk, encoding?: unknown, callback?: unknown) => {
    if (!isBuffering()) return write.call(response, chunk, encoding as BufferEncoding, callback as () => void);
    buffer(chunk, encoding);
    const done = typeof encoding === "function" ? encoding : callback;
    if (typeof done === "function") queueMicrotask(() => done());
    return true;
  }) as typeof write;
  response.end = ((chunk?: unknown, encoding?: unknown, callback?: unknown) => {
    if (request.method === "HEAD" || !isBuffering())
      return end.call(response, chunk as Chunk, encoding as BufferEncoding, callback as () => void);
    buffer(chunk, encoding);
    const done = [chunk, encoding, callback].find((one) => typeof one === "function") as (() => void) | undefined;
    finish(done).catch(() => response.destroy());
    return response;
  }) as typeof end;
}
