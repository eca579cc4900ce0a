import { createHash } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { lru } from "@/lib/lru";
import { requestOrigin } from "./forwarded";

/**
 * Pages that are the same for everybody who is not logged in, rendered once and sent from memory. Each has a variant, a
 * name of our own: a request decides neither how many pages there are nor what is in one, except for our own address,
 * which is filled in when a page is sent. docs/decisions/0132-kept-public-pages.md.
 */

/** Enough for the documentation, and the landing page with and without a demo; a page and its gzip are about 100 KB. */
const MAX_PAGES = 64;
/** After this many ms a page is rendered again, so that anything else that decides its content shows by then. */
const FRESH_MS = 60_000;
/** A host that nobody can have (RFC 2606), so that nothing else in a page can be mistaken for it. */
const PLACEHOLDER_HOST = "kept-page.invalid";
const PLACEHOLDER = `http://${PLACEHOLDER_HOST}`;
/** An origin without characters that an attribute would have to escape. */
const PLAIN_ORIGIN = /^https?:\/\/(?:[\w.-]{1,253}|\[[\da-fA-F:.]{2,45}\])(?::\d{1,5})?$/;
/** A user agent for which Next puts a page's title and description into its head, rather than after the text. */
const RENDERING_AGENT = "Twitterbot";
/** The headers that stay when a page is rendered: only our own server sets them. */
const OWN_HEADER = /^x-throughline-[a-z-]+$/;
/** Headers that belong to one response, not to its page. */
const RESPONSE_HEADERS = ["etag", "content-length", "content-encoding", "transfer-encoding", "connection", "date"];
const SESSION = /next-auth\.session-token/;

const compress = promisify(gzip);

type Filled = { origin: string; plain: Buffer; gzip: Buffer; etag: string };
type CachedPage = { html: string; headers: OutgoingHttpHeaders; until: number; filled: Filled | null };

/** The parts of a request that decide how a cached page is sent. */
export type PageRequest = { origin: string; isHead: boolean; acceptsGzip: boolean; tags: string };

export const acceptsGzip = (headers: IncomingHttpHeaders): boolean =>
  /\bgzip\b/.test(String(headers["accept-encoding"] ?? ""));

/**
 * What a request says about how a cached page is sent; null if no cached page answers it: of a member, of Next's
 * router, or for a host with odd characters.
 */
export function pageRequestOf({ method, headers }: IncomingMessage): PageRequest | null {
  if ((method !== "GET" && method !== "HEAD") || headers.rsc !== undefined) return null;
  if (SESSION.test(headers.cookie ?? "")) return null;
  const get = (name: string) => String(headers[name] ?? "") || null;
  const origin = requestOrigin({ get });
  if (!PLAIN_ORIGIN.test(origin)) return null;
  const tags = String(headers["if-none-match"] ?? "");
  return { origin, isHead: method === "HEAD", acceptsGzip: acceptsGzip(headers), tags };
}

/**
 * Removes everything that its sender wrote from a request, so that the page rendered for it is the same for everybody.
 */
export function stripPersonalHeaders(request: IncomingMessage): void {
  for (const name of Object.keys(request.headers)) if (!OWN_HEADER.test(name)) delete request.headers[name];
  Object.assign(request.headers, { host: PLACEHOLDER_HOST, accept: "text/html", "user-agent": RENDERING_AGENT });
  request.url = request.url?.split("?", 1)[0] ?? "/";
  request.method = "GET"; // the answer to HEAD has no page to cache
}

/** The headers that Next has set for the page: those that were not there `before`. */
export const renderedHeaders = (response: ServerResponse, before: readonly string[]): OutgoingHttpHeaders =>
  Object.fromEntries(
    Object.entries(response.getHeaders()).filter(
      ([name]) => !before.includes(name) && !RESPONSE_HEADERS.includes(name),
    ),
  );

export class PageCache {
  private readonly pages = lru<CachedPage>(MAX_PAGES);

  /** Answers with the page if a fresh one is cached; returns whether it did. */
  async answer(variant: string, wanted: PageRequest, response: ServerResponse, now = Date.now()): Promise<boolean> {
    const page = this.pages.get(variant);
    if (!page || now >= page.until) return false;
    await send(page, wanted, response);
    return true;
  }

  /**
   * Caches a page as rendered for a request after `stripPersonalHeaders`, unless `variant` is null, and answers
   * `wanted` with it.
   */
  async keep(
    variant: string | null,
    { html, headers }: Pick<CachedPage, "html" | "headers">,
    wanted: PageRequest,
    response: ServerResponse,
    now = Date.now(),
  ): Promise<void> {
    const page: CachedPage = { html, headers, until: now + FRESH_MS, filled: null };
    if (variant !== null && headers["set-cookie"] === undefined) this.pages.set(variant, page);
    await send(page, wanted, response);
  }
}

/**
 * The page with our address filled in. Only the last address's is cached; another one costs one to two milliseconds.
 */
async function filledFor(page: CachedPage, origin: string): Promise<Filled> {
  if (page.filled?.origin === origin) return page.filled;
  const plain = Buffer.from(page.html.replaceAll(PLACEHOLDER, origin));
  const etag = `W/"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`;
  const filled = { origin, plain, gzip: await compress(plain), etag };
  page.filled = filled;
  return filled;
}

async function send(page: CachedPage, wanted: PageRequest, response: ServerResponse): Promise<void> {
  const { plain, gzip: compressed, etag } = await filledFor(page, wanted.origin);
  for (const [name, value] of Object.entries(page.headers)) if (value !== undefined) response.setHeader(name, value);
  response.setHeader("etag", etag);
  if (wanted.tags.split(",").some((tag) => tag.trim() === etag)) {
    response.writeHead(304).end();
    return;
  }
  const body = wanted.acceptsGzip ? compressed : plain;
  if (wanted.acceptsGzip) response.setHeader("content-encoding", "gzip");
  response.setHeader("content-length", body.length);
  response.writeHead(200).end(wanted.isHead ? undefined : body);
}
