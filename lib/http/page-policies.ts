import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { withoutTrailingSlashes } from "@/lib/format/slashes";
import {
  hashPolicy,
  hashSourceOf,
  type InlineHashes,
  inlineScripts,
  inlineStyles,
  newNonce,
  noncePolicy,
  policyOf,
} from "./csp";
import { PageCache, type PageRequest, pageRequestOf, renderedHeaders, stripPersonalHeaders } from "./page-cache";
import { isPlainPage, isPlainPath, plainScripts, sendPlainPage } from "./plain-pages";

/** Next's page for unknown addresses, and its page for errors outside any page. */
const FALLBACKS = ["/_not-found", "/_global-error"] as const;
/** Next's own scripts, which get the nonce when a page is rendered per request. */
const OF_NEXT = /__next_|TURBOPACK/;

type BuiltPages = { hashes: Map<string, InlineHashes>; layout: string[] };

/**
 * The hashes of the inline scripts and styles of pages rendered at build time, by path, and of the scripts of the
 * layout around every page.
 */
export function readBuiltPages(folder: string): BuiltPages {
  const manifest = JSON.parse(readFileSync(join(folder, "prerender-manifest.json"), "utf8")) as { routes: object };
  const hashes = new Map<string, InlineHashes>();
  let layout: string[] = [];
  for (const path of Object.keys(manifest.routes)) {
    const html = htmlOf(join(folder, "server", "app"), path);
    if (html === null) continue;
    const scripts = inlineScripts(html);
    hashes.set(path, { scripts: scripts.map(hashSourceOf), styles: inlineStyles(html).map(hashSourceOf) });
    if (path === FALLBACKS[0]) layout = scripts.filter((script) => !OF_NEXT.test(script)).map(hashSourceOf);
  }
  return { hashes, layout };
}

/** The HTML of a page of the build; null for files that are not pages, such as icons. */
function htmlOf(folder: string, path: string): string | null {
  try {
    return readFileSync(join(folder, `${path === "/" ? "/index" : path}.html`), "utf8");
  } catch {
    return null;
  }
}

/**
 * Sets the Content-Security-Policy of each page when its head is sent: only then is it known whether it was rendered at
 * build time. Other responses, and routes with a complete policy of their own, keep theirs.
 */
export class PagePolicies {
  private readonly cache = new PageCache();

  constructor(
    private readonly built: BuiltPages,
    private readonly forms: readonly string[],
  ) {}

  /**
   * Answers from memory and returns true, or prepares the request and the response for Next. `landing`: the variant of
   * the landing page that a stranger gets at this moment; null if unknown.
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
    if (await this.cache.answer(variant, wanted, response)) return true;
    const isCurrent = async () => path !== "/" || (await landing()) === variant;
    this.renderToKeep(request, response, path, { wanted, variant, isCurrent });
    return false;
  }

  /**
   * The variant of a documentation page; null for paths that the build does not have, such as a search or an unknown
   * page, which depend on the request.
   */
  private docsPage(path: string): string | null {
    const name = buildPath(path);
    return this.built.hashes.has(name) ? name : null;
  }

  private renderToKeep(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    { wanted, variant, isCurrent }: { wanted: PageRequest; variant: string; isCurrent: () => Promise<boolean> },
  ): void {
    stripPersonalHeaders(request);
    const before = response.getHeaderNames();
    sendPlainPage(request, response, path, this.built.layout, async (html) => {
      const headers = renderedHeaders(response, before);
      headers["content-security-policy"] = this.plainPolicy(response, path, null);
      headers["cache-control"] = path === "/" ? "private, no-cache" : "public, no-cache";
      headers.vary = path === "/" ? "Cookie, Accept-Encoding, RSC" : "Accept-Encoding, RSC";
      await this.cache.keep((await isCurrent()) ? variant : null, { html, headers }, wanted, response);
    });
  }

  /** Sets the page's policy. Next reads the nonce from the request's header and puts it into the page's scripts. */
  watch(request: IncomingMessage, response: ServerResponse, path: string): void {
    const nonce = newNonce();
    const policy = noncePolicy(nonce, this.built.layout, this.forms);
    request.headers["content-security-policy"] = policy;
    const writeHead = response.writeHead;
    response.writeHead = ((...args: Parameters<typeof writeHead>) => {
      if (!response.headersSent && isPage(response) && !hasOwnPolicy(response)) {
        const isPlainAnswer = isPlainPage(request, response, path);
        const fullPolicy = isBuilt(response) ? this.builtPolicy(path) : policy;
        response.setHeader(
          "content-security-policy",
          isPlainAnswer ? this.plainPolicy(response, path, nonce) : fullPolicy,
        );
      }
      return writeHead.apply(response, args);
    }) as typeof writeHead;
    if (isPlainPath(path)) sendPlainPage(request, response, path, this.built.layout);
  }

  /** The policy of a plain page: the hashes of its remaining scripts, without a nonce or our own host. */
  private plainPolicy(response: ServerResponse, path: string, nonce: string | null): string {
    const scripts = plainScripts(path, this.built.layout);
    const built = this.built.hashes.get(buildPath(path))?.styles ?? [];
    const styles = isBuilt(response) || nonce === null ? built : [`'nonce-${nonce}'`];
    return policyOf({ scripts, styles, forms: this.forms });
  }

  private builtPolicy(path: string): string {
    const { hashes } = this.built;
    const own = hashes.get(buildPath(path));
    const fallbacks = FALLBACKS.flatMap((page) => hashes.get(page) ?? []);
    const all = own ? [own] : fallbacks;
    const inline = { scripts: all.flatMap(({ scripts }) => scripts), styles: all.flatMap(({ styles }) => styles) };
    return hashPolicy(inline, this.forms);
  }
}

/** A path as the build names it: Next also serves "/docs/" and "/%64ocs". */
function buildPath(path: string): string {
  try {
    return withoutTrailingSlashes(decodeURIComponent(path)) || "/";
  } catch {
    return path;
  }
}

const isPage = (response: ServerResponse): boolean =>
  String(response.getHeader("content-type") ?? "").startsWith("text/html");

/** Whether a response has a policy of its route, which is complete; the one of next.config.js has no default-src. */
const hasOwnPolicy = (response: ServerResponse): boolean =>
  String(response.getHeader("content-security-policy") ?? "").includes("default-src");

const isBuilt = (response: ServerResponse): boolean => response.hasHeader("x-nextjs-prerender");
