import { createHash, randomBytes } from "node:crypto";
import { LIBRARY_STYLES } from "./library-styles";

/**
 * Decides which scripts may run in our pages. A page rendered per request has a nonce for its scripts and those they
 * load. A page rendered at build time has no request to take a nonce from: it allows its inline scripts by hash, and
 * scripts of our own host. docs/decisions/0100-content-security-policy.md.
 */

export const newNonce = (): string => randomBytes(16).toString("base64");

const INLINE = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g;

/** The inline scripts of a page from our own build. */
export const inlineScripts = (html: string): string[] => [...html.matchAll(INLINE)].map(([, text = ""]) => text);

const INLINE_STYLE = /<style[^>]*>([\s\S]*?)<\/style>/g;

/** The inline style elements of a page from our own build. */
export const inlineStyles = (html: string): string[] => [...html.matchAll(INLINE_STYLE)].map(([, text = ""]) => text);

/** The source expression of a policy that allows this script or style by its hash. */
export const hashSourceOf = (script: string): string =>
  `'sha256-${createHash("sha256").update(script).digest("base64")}'`;

/** `forms`: origins, besides our own, that forms may reach, also through redirects. */
type Policy = { scripts: readonly string[]; styles: readonly string[]; forms: readonly string[] };

/**
 * Style attributes may be inline: React and Recharts write them, and a nonce cannot allow them. Style elements, which
 * could read a page with selectors, may not. `style-src` is for browsers that know neither (Safari before 15.4).
 * Pictures of others come through our own host (docs/decisions/0048-pictures.md).
 */
export const policyOf = ({ scripts, styles, forms }: Policy): string =>
  [
    "default-src 'self'",
    `script-src ${scripts.join(" ")}`,
    "script-src-attr 'none'",
    "style-src 'self' 'unsafe-inline'",
    `style-src-elem ${["'self'", ...styles, ...LIBRARY_STYLES].join(" ")}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    `form-action ${["'self'", ...forms].join(" ")}`,
  ].join("; ");

/**
 * The policy of a page rendered per request. `known`: hashes of the layout's scripts, which have no nonce because the
 * layout is also rendered at build time.
 */
export const noncePolicy = (nonce: string, known: readonly string[], forms: readonly string[]): string =>
  policyOf({ scripts: [`'nonce-${nonce}'`, "'strict-dynamic'", ...known], styles: [`'nonce-${nonce}'`], forms });

/** Hashes of the inline scripts and style elements of a page of the build. */
export type InlineHashes = { scripts: string[]; styles: string[] };

/**
 * The policy of a page rendered at build time. Has 'self' rather than 'strict-dynamic', with which browsers ignore
 * 'self', as hashes do not cover files.
 */
export const hashPolicy = ({ scripts, styles }: InlineHashes, forms: readonly string[]): string =>
  policyOf({ scripts: ["'self'", ...new Set(scripts)], styles: [...new Set(styles)], forms });
