import "server-only";
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { marked, type Token } from "marked";
import { snippetNamed, type TypeMember, typeMembersOf } from "@/lib/docs/fences";
import { type DocsPage, docsHref, docsPages } from "@/lib/docs/pages";

/** A block of a page as the renderer needs it: Markdown's own tokens, and the content of our fences. */
export type DocsBlock =
  | { kind: "markdown"; token: Token }
  | { kind: "code"; language: string; file?: string; code: string }
  | { kind: "members"; members: TypeMember[]; isCalls: boolean };

export type DocsHeading = { id: string; text: string; depth: number };
export type ReadPage = { title: string; blocks: DocsBlock[]; headings: DocsHeading[] };

const root = process.cwd();
const read = (path: string): string => readFileSync(join(/* turbopackIgnore: true */ root, path), "utf8");

/** The files in which the SDK defines its options and calls. */
const SOURCES = {
  "options browser": { path: "sdk/types.ts", types: ["Options"] },
  "options node": { path: "sdk/node/index.ts", types: ["Options"] },
  "calls browser": { path: "sdk/types.ts", types: ["Client"] },
};

/** One page of the documentation, read and parsed. Runs at build time. */
export function readPage(page: DocsPage): ReadPage {
  const tokens = marked.lexer(read(`docs/${page.file}`));
  const headings: DocsHeading[] = [];
  let title = page.title;
  const blocks: DocsBlock[] = [];
  for (const token of tokens) {
    if (token.type === "heading" && token.depth === 1) title = token.text;
    else {
      if (token.type === "heading")
        headings.push({ id: anchorOf(token.text), text: plain(token.text), depth: token.depth });
      if (token.type !== "space") blocks.push(blockOf(token));
    }
  }
  return { title, blocks, headings };
}

function blockOf(token: Token): DocsBlock {
  if (token.type !== "code") return { kind: "markdown", token };
  const language = token.lang ?? "";
  const text = token.text.trim();
  if (language === "snippet") return { kind: "code", ...snippetNamed(text) };
  if (language !== "options" && language !== "calls") return { kind: "code", language, code: token.text };
  const source = SOURCES[`${language} ${text}` as keyof typeof SOURCES];
  if (!source) throw new Error(`The documentation asks for ${language} of '${text}', which does not exist.`);
  const file = read(source.path);
  const members = source.types.flatMap((name) => typeMembersOf(file, name));
  return { kind: "members", members, isCalls: language === "calls" };
}

const plain = (text: string): string => text.replace(/[`*_]/g, "");

/** Anchors in GitHub's format, so that links work there and here. */
export const anchorOf = (text: string): string =>
  plain(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, "")
    .trim()
    .replace(/\s+/g, "-");

/**
 * The target of a link in a page: another page of the documentation, by its file ("../wire.md#keys"), or an external
 * site; null for a file without a page, such as a decision. Throws for a file that does not exist.
 */
export function resolveLink(from: DocsPage, href: string): string | null {
  if (/^(https?:|mailto:|#|\/)/.test(href)) return href;
  const [path = "", hash] = href.split("#");
  const file = posix.normalize(posix.join(posix.dirname(from.file), path));
  const target = docsPages().find((page) => page.file === file);
  if (target) return docsHref(target.slug) + (hash ? `#${hash}` : "");
  if (!file.endsWith("/")) read(`docs/${file}`);
  return null;
}

/** An SVG image next to the page's file as a data URL, so that no route has to serve it. */
export function svgDataUrl(from: DocsPage, href: string): string {
  const file = posix.normalize(posix.join(posix.dirname(from.file), href));
  return `data:image/svg+xml;base64,${Buffer.from(read(`docs/${file}`)).toString("base64")}`;
}
