import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { withoutTrailingSlashes } from "@/lib/format/slashes";
import { hashPolicy, type Inline, inlineScripts, inlineStyles, newNonce, noncePolicy, policyOf, sourceOf } from "./csp";
import { isPlain, isPlainPath, plainScripts, sendPlain } from "./plain-pages";

/** The page that Next answers with where there is none, and the one for errors outside any page. */
const FALLBACKS = ["/_not-found", "/_global-error"] as const;
/** Next's own scripts, which get the nonce when a page is rendered for a request. */
const OF_NEXT = /__next_|TURBOPACK/;

type Built = { hashes: Map<string, Inline>; layout: string[] };

/**
 * The inline scripts and styles of the pages that the build rendered, by path, and those of the layout around every
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

/** null for what is no page, such as an icon. */
function htmlOf(folder: string, path: string): string | null {
  try {
    return readFileSync(join(folder, `${path === "/" ? "/index" : path}.html`), "utf8");
  } catch {
    return null;
  }
}

/**
 * Sets the Content-Security-Policy of each page when its head is sent, as only then is known whether it was rendered at
 * build time; other answers, and routes that send a whole policy, keep the one they have.
 */
export class PagePolicies {
  constructor(
    private readonly built: Built,
    private readonly forms: readonly string[],
  ) {}

  /** Next puts the nonce into the scripts of a page, and reads it from this header of the request. */
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

  /** Only the hashes of what is left in it: neither a nonce nor scripts of our own host. */
  private ofPlain(response: ServerResponse, path: string, nonce: string): string {
    const scripts = plainScripts(path, this.built.layout);
    const styles = isBuilt(response) ? (this.built.hashes.get(plain(path))?.styles ?? []) : [`'nonce-${nonce}'`];
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

/** A route's own is complete; the one of next.config.js has no default. */
const hasOwnPolicy = (response: ServerResponse): boolean =>
  String(response.getHeader("content-security-policy") ?? "").includes("default-src");

const isBuilt = (response: ServerResponse): boolean => response.hasHeader("x-nextjs-prerender");
