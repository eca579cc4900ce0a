import { createHash, randomBytes } from "node:crypto";
import { LIBRARY_STYLES } from "./library-styles";

/**
 * Which scripts may run in our pages. A page rendered for a request has a nonce that only its own scripts know; what
 * those load runs too. A page rendered at build time has no request to take a nonce from: it names its inline scripts
 * by their hashes, and scripts of our own host. docs/decisions/0100-content-security-policy.md.
 */

export const newNonce = (): string => randomBytes(16).toString("base64");

const INLINE = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g;

/** The inline scripts of a page that our own build wrote. */
export const inlineScripts = (html: string): string[] => [...html.matchAll(INLINE)].map(([, text = ""]) => text);

const INLINE_STYLE = /<style[^>]*>([\s\S]*?)<\/style>/g;

/** The same of its style elements. */
export const inlineStyles = (html: string): string[] => [...html.matchAll(INLINE_STYLE)].map(([, text = ""]) => text);

export const sourceOf = (script: string): string => `'sha256-${createHash("sha256").update(script).digest("base64")}'`;

/** `forms`: where forms may lead besides our own pages, through redirects too. */
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

/** `known`: hashes of scripts that the layout writes without a nonce, as it is rendered at build time, too. */
export const noncePolicy = (nonce: string, known: readonly string[], forms: readonly string[]): string =>
  policyOf({ scripts: [`'nonce-${nonce}'`, "'strict-dynamic'", ...known], styles: [`'nonce-${nonce}'`], forms });

/** Hashes of the inline scripts and style elements of a page of the build. */
export type Inline = { scripts: string[]; styles: string[] };

/** 'self' rather than 'strict-dynamic': a browser ignores the former with the latter, and hashes name no files. */
export const hashPolicy = ({ scripts, styles }: Inline, forms: readonly string[]): string =>
  policyOf({ scripts: ["'self'", ...new Set(scripts)], styles: [...new Set(styles)], forms });
