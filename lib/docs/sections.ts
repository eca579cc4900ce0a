import "server-only";
import type { Token } from "marked";
import { docsPages } from "@/lib/docs/pages";
import { anchorOf, type DocsBlock, readPage } from "@/lib/docs/read";
import type { SearchSection } from "@/lib/docs/search";

let cached: readonly SearchSection[] | undefined;

/** The documentation in sections, read once per process. */
export const docsSections = (): readonly SearchSection[] => (cached ??= docsPages().flatMap(sectionsOf));

function sectionsOf(page: ReturnType<typeof docsPages>[number]): SearchSection[] {
  const { title, blocks } = readPage(page);
  const sections: SearchSection[] = [{ slug: page.slug, page: page.title, heading: title, id: "", text: "" }];
  for (const block of blocks) {
    if (block.kind === "markdown" && block.token.type === "heading") {
      const { text } = block.token;
      sections.push({ slug: page.slug, page: page.title, heading: plain(text), id: anchorOf(text), text: "" });
    } else {
      const last = sections.at(-1) as SearchSection;
      last.text = `${last.text} ${textOf(block)}`.trim();
    }
  }
  return sections.map((section) => ({ ...section, text: section.text.replace(/\s+/g, " ") }));
}

function textOf(block: DocsBlock): string {
  if (block.kind === "code") return block.code;
  if (block.kind === "members") return block.members.map(({ name, text }) => `${name} ${text}`).join(" ");
  return textIn(block.token);
}

type Nested = { text?: string; tokens?: Token[]; items?: Token[]; header?: Cell[]; rows?: Cell[][] };
type Cell = { tokens: Token[] };

/** The visible text of a token: links by their text, tables as "cell: cell; cell: cell". */
function textIn(token: Token): string {
  const { tokens, items, header, rows, text } = token as Nested;
  if (header && rows)
    return [header, ...rows]
      .map((row) => row.map(textOfCell).filter(Boolean).join(": "))
      .filter(Boolean)
      .join("; ");
  const inner = items ?? tokens;
  if (inner) return inner.map(textIn).join(items ? " " : "");
  return text ?? "";
}

const textOfCell = ({ tokens }: Cell): string => tokens.map(textIn).join("");

const plain = (text: string): string => text.replace(/[`*_]/g, "").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
