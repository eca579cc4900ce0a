import { createHash } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { lru } from "@/lib/lru";
import { requestOrigin } from "./forwarded";

/**
 * Pages that are the same for everybody who is not logged in, rendered once and sent from memory. By variant, a word of
 * our own: nothing that a request says decides how many there are, or what is in one, but for our own address, which is
 * filled in afterwards. docs/decisions/0132-kept-public-pages.md.
 */

/** Pages of the documentation, and the landing page with and without a demo; a page and its gzip are some 100 KB. */
const MAX_PAGES = 64;
/** After this a page is rendered again, in ms: whatever else may decide what it says shows by then. */
const KEPT_MS = 60_000;
/** A host that nobody can have (RFC 2606), so that nothing else in a page is taken for it. */
const PLACEHOLDER_HOST = "kept-page.invalid";
const PLACEHOLDER = `http://${PLACEHOLDER_HOST}`;
/** Has nothing to escape in an attribute. */
const PLAIN_ORIGIN = /^https?:\/\/(?:[\w.-]{1,253}|\[[\da-fA-F:.]{2,45}\])(?::\d{1,5})?$/;
/** By which Next puts a page's title and description into its head, rather than streaming them after the text. */
const READER = "Twitterbot";
/** What a request may say to the page it has rendered: these are set by our own server. */
const RENDERED_WITH = /^x-throughline-[a-z-]+$/;
/** Headers of one answer, not of its page. */
const OF_ANSWER = ["etag", "content-length", "content-encoding", "transfer-encoding", "connection", "date"];
const SESSION = /next-auth\.session-token/;

const compress = promisify(gzip);

type Filled = { origin: string; plain: Buffer; gzip: Buffer; etag: string };
type Kept = { html: string; headers: OutgoingHttpHeaders; until: number; filled: Filled | null };

/** What of a request decides how a kept page is sent. */
export type PageRequest = { origin: string; isHead: boolean; takesGzip: boolean; tags: string };

export const takesGzip = (headers: IncomingHttpHeaders): boolean =>
  /\bgzip\b/.test(String(headers["accept-encoding"] ?? ""));

/** null for a request that no kept page answers: of a member, of Next's router, or for a host with odd characters. */
export function pageRequestOf({ method, headers }: IncomingMessage): PageRequest | null {
  if ((method !== "GET" && method !== "HEAD") || headers.rsc !== undefined) return null;
  if (SESSION.test(headers.cookie ?? "")) return null;
  const get = (name: string) => String(headers[name] ?? "") || null;
  const origin = requestOrigin({ get });
  if (!PLAIN_ORIGIN.test(origin)) return null;
  const tags = String(headers["if-none-match"] ?? "");
  return { origin, isHead: method === "HEAD", takesGzip: takesGzip(headers), tags };
}

/** Takes from a request what its sender wrote, so that a page rendered for it is everybody's. */
export function forEverybody(request: IncomingMessage): void {
  for (const name of Object.keys(request.headers)) if (!RENDERED_WITH.test(name)) delete request.headers[name];
  Object.assign(request.headers, { host: PLACEHOLDER_HOST, accept: "text/html", "user-agent": READER });
  request.url = request.url?.split("?", 1)[0] ?? "/";
  request.method = "GET"; // the answer to HEAD has no page to keep
}

/** What Next has said about the page: headers but for those that were `before` it. */
export const ownHeaders = (response: ServerResponse, before: readonly string[]): OutgoingHttpHeaders =>
  Object.fromEntries(
    Object.entries(response.getHeaders()).filter(([name]) => !before.includes(name) && !OF_ANSWER.includes(name)),
  );

export class KeptPages {
  private readonly pages = lru<Kept>(MAX_PAGES);

  /** Answers with the page, if there is a fresh one. */
  async answer(variant: string, wanted: PageRequest, response: ServerResponse, now = Date.now()): Promise<boolean> {
    const page = this.pages.get(variant);
    if (!page || now >= page.until) return false;
    await send(page, wanted, response);
    return true;
  }

  /** `html` and `headers` as rendered by a request after `forEverybody`; answers `wanted` with them. */
  async keep(
    variant: string | null,
    { html, headers }: Pick<Kept, "html" | "headers">,
    wanted: PageRequest,
    response: ServerResponse,
    now = Date.now(),
  ): Promise<void> {
    const page: Kept = { html, headers, until: now + KEPT_MS, filled: null };
    if (variant !== null && headers["set-cookie"] === undefined) this.pages.set(variant, page);
    await send(page, wanted, response);
  }
}

/** The page for one address. Of several addresses the last one's is kept: another costs one to two milliseconds. */
async function filledFor(page: Kept, origin: string): Promise<Filled> {
  if (page.filled?.origin === origin) return page.filled;
  const plain = Buffer.from(page.html.replaceAll(PLACEHOLDER, origin));
  const etag = `W/"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`;
  const filled = { origin, plain, gzip: await compress(plain), etag };
  page.filled = filled;
  return filled;
}

async function send(page: Kept, wanted: PageRequest, response: ServerResponse): Promise<void> {
  const { plain, gzip: compressed, etag } = await filledFor(page, wanted.origin);
  for (const [name, value] of Object.entries(page.headers)) if (value !== undefined) response.setHeader(name, value);
  response.setHeader("etag", etag);
  if (wanted.tags.split(",").some((tag) => tag.trim() === etag)) {
    response.writeHead(304).end();
    return;
  }
  const body = wanted.takesGzip ? compressed : plain;
  if (wanted.takesGzip) response.setHeader("content-encoding", "gzip");
  response.setHeader("content-length", body.length);
  response.writeHead(200).end(wanted.isHead ? undefined : body);
}
