import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { withoutTrailingSlashes } from "@/lib/format/slashes";
import { hashPolicy, type Inline, inlineScripts, inlineStyles, newNonce, noncePolicy, policyOf, sourceOf } from "./csp";
import { forEverybody, KeptPages, ownHeaders, type PageRequest, pageRequestOf } from "./kept-pages";
import { isPlain, isPlainPath, plainScripts, sendPlain } from "./plain-pages";

/** Next's page for unknown addresses, and its page for errors outside any page. */
const FALLBACKS = ["/_not-found", "/_global-error"] as const;
/** Next's own scripts, which get the nonce when a page is rendered per request. */
const OF_NEXT = /__next_|TURBOPACK/;

type Built = { hashes: Map<string, Inline>; layout: string[] };

/**
 * The inline scripts and styles of the pages rendered at build time, by path, and those of the layout around every
 * page.
 */
export function readBuilt(folder: string): Built {
  const manifest = JSON.parse(readFileSync(join(folder, "prerender-manifest.json"), "utf8")) as { routes: object };
  const hashes = new Map<string, Inline>();
  let layout: string[] = [];
  for (const path of Object.keys(manifest.routes)) {
    const html = htmlOf(join(folder, "server", "app"), path);
    if (html === null) continue;
    const scripts = inlineScripts(html);
    hashes.set(path, { scripts: scripts.map(sourceOf), styles: inlineStyles(html).map(sourceOf) });
    if (path === FALLBACKS[0]) layout = scripts.filter((script) => !OF_NEXT.test(script)).map(sourceOf);
  }
  return { hashes, layout };
}

/** null for files that are not pages, such as icons. */
function htmlOf(folder: string, path: string): string | null {
  try {
    return readFileSync(join(folder, `${path === "/" ? "/index" : path}.html`), "utf8");
  } catch {
    return null;
  }
}

/**
 * Sets the Content-Security-Policy of each page when its head is sent, as only then it is known whether it was rendered
 * at build time. Other responses, and routes with a complete policy of their own, keep theirs.
 */
export class PagePolicies {
  private readonly kept = new KeptPages();

  constructor(
    private readonly built: Built,
    private readonly forms: readonly string[],
  ) {}

  /**
   * Answers from memory and returns true, or prepares the request and the response for Next. `landing`: which landing
   * page a stranger gets at this moment, one of our own words; null if unknown.
   */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    landing: () => Promise<string | null>,
  ): Promise<boolean> {
    const wanted = isPlainPath(path) ? pageRequestOf(request) : null;
    const variant = wanted && (path === "/" ? await landing() : this.docsPage(path));
    if (!wanted || variant === null) {
      this.watch(request, response, path);
      return false;
    }
    if (await this.kept.answer(variant, wanted, response)) return true;
    const isStill = async () => path !== "/" || (await landing()) === variant;
    this.renderToKeep(request, response, path, { wanted, variant, isStill });
    return false;
  }

  /** Only pages of the build: a search, and what is not there, say what the request says. */
  private docsPage(path: string): string | null {
    const name = plain(path);
    return this.built.hashes.has(name) ? name : null;
  }

  private renderToKeep(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    { wanted, variant, isStill }: { wanted: PageRequest; variant: string; isStill: () => Promise<boolean> },
  ): void {
    forEverybody(request);
    const before = response.getHeaderNames();
    sendPlain(request, response, path, this.built.layout, async (html) => {
      const headers = ownHeaders(response, before);
      headers["content-security-policy"] = this.ofPlain(response, path, null);
      headers["cache-control"] = path === "/" ? "private, no-cache" : "public, no-cache";
      headers.vary = path === "/" ? "Cookie, Accept-Encoding, RSC" : "Accept-Encoding, RSC";
      await this.kept.keep((await isStill()) ? variant : null, { html, headers }, wanted, response);
    });
  }

  /** Next reads the nonce from this request header and puts it into the page's scripts. */
  watch(request: IncomingMessage, response: ServerResponse, path: string): void {
    const nonce = newNonce();
    const policy = noncePolicy(nonce, this.built.layout, this.forms);
    request.headers["content-security-policy"] = policy;
    const writeHead = response.writeHead;
    response.writeHead = ((...args: Parameters<typeof writeHead>) => {
      if (!response.headersSent && isPage(response) && !hasOwnPolicy(response)) {
        const isPlainAnswer = isPlain(request, response, path);
        const whole = isBuilt(response) ? this.ofBuilt(path) : policy;
        response.setHeader("content-security-policy", isPlainAnswer ? this.ofPlain(response, path, nonce) : whole);
      }
      return writeHead.apply(response, args);
    }) as typeof writeHead;
    if (isPlainPath(path)) sendPlain(request, response, path, this.built.layout);
  }

  /** Only the hashes of the remaining scripts: neither a nonce nor our own host. */
  private ofPlain(response: ServerResponse, path: string, nonce: string | null): string {
    const scripts = plainScripts(path, this.built.layout);
    const built = this.built.hashes.get(plain(path))?.styles ?? [];
    const styles = isBuilt(response) || nonce === null ? built : [`'nonce-${nonce}'`];
    return policyOf({ scripts, styles, forms: this.forms });
  }

  private ofBuilt(path: string): string {
    const { hashes } = this.built;
    const own = hashes.get(plain(path));
    const fallbacks = FALLBACKS.flatMap((page) => hashes.get(page) ?? []);
    const all = own ? [own] : fallbacks;
    const inline = { scripts: all.flatMap(({ scripts }) => scripts), styles: all.flatMap(({ styles }) => styles) };
    return hashPolicy(inline, this.forms);
  }
}

/** The path as the build names it: Next also serves "/docs/" and "/%64ocs". */
function plain(path: string): string {
  try {
    return withoutTrailingSlashes(decodeURIComponent(path)) || "/";
  } catch {
    return path;
  }
}

const isPage = (response: ServerResponse): boolean =>
  String(response.getHeader("content-type") ?? "").startsWith("text/html");

/** A route's own policy is complete; the one of next.config.js has no default-src. */
const hasOwnPolicy = (response: ServerResponse): boolean =>
  String(response.getHeader("content-security-policy") ?? "").includes("default-src");

const isBuilt = (response: ServerResponse): boolean => response.hasHeader("x-nextjs-prerender");
