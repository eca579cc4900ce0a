import type { Token, Tokens } from "marked";
import type { ReactNode } from "react";
import { CodeBlock } from "@/components/docs/code-block";
import { InlineMarkdown, type Resolver } from "@/components/docs/inline";
import { MembersTable } from "@/components/docs/members-table";
import type { DocsBlock } from "@/lib/docs/read";

/** Renders the blocks of a page in order. */
export function DocsBlocks({
  blocks,
  resolver,
  anchor,
}: {
  blocks: DocsBlock[];
  resolver: Resolver;
  anchor: (text: string) => string;
}) {
  return blocks.map((block, index) => {
    const key = `${block.kind}-${index}`;
    if (block.kind === "code") return <CodeBlock key={key} {...block} />;
    if (block.kind === "members") return <MembersTable key={key} {...block} />;
    return <MarkdownBlock key={key} token={block.token} resolver={resolver} anchor={anchor} />;
  });
}

type MarkdownBlockProps = { token: Token; resolver: Resolver; anchor: (text: string) => string };

function MarkdownBlock({ token, resolver, anchor }: MarkdownBlockProps): ReactNode {
  const inner = <InlineMarkdown tokens={"tokens" in token ? token.tokens : undefined} resolver={resolver} />;
  switch (token.type) {
    case "heading":
      return (
        <Heading depth={token.depth} id={anchor(token.text)}>
          {inner}
        </Heading>
      );
    case "paragraph":
      return <p className="my-4 leading-7">{inner}</p>;
    case "list":
      return <List list={token as Tokens.List} resolver={resolver} anchor={anchor} />;
    case "table":
      return <Table table={token as Tokens.Table} resolver={resolver} />;
    case "blockquote":
      return (
        <blockquote className="my-4 border-l-2 border-primary/50 pl-4 text-muted-foreground">{token.text}</blockquote>
      );
    case "code":
      return <CodeBlock language={token.lang ?? ""} code={token.text} />;
    case "hr":
      return <hr className="my-8" />;
    case "text":
      return "tokens" in token ? inner : token.text;
    default:
      return null;
  }
}

function Heading({ depth, id, children }: { depth: number; id: string; children: ReactNode }) {
  const Tag = depth === 2 ? "h2" : "h3";
  const className = depth === 2 ? "mt-12 mb-3 text-xl tracking-tight" : "mt-8 mb-2 text-base";
  return (
    <Tag id={id} className={`group scroll-mt-20 font-semibold text-foreground ${className}`}>
      {children}
      <a
        href={`#${id}`}
        aria-label="Link to this section"
        className="ml-2 text-muted-foreground opacity-0 focus:opacity-100 group-hover:opacity-100"
      >
        #
      </a>
    </Tag>
  );
}

function List({ list, resolver, anchor }: { list: Tokens.List; resolver: Resolver; anchor: (text: string) => string }) {
  const Tag = list.ordered ? "ol" : "ul";
  return (
    <Tag
      className={`my-4 grid gap-2 pl-5 leading-7 marker:text-muted-foreground ${list.ordered ? "list-decimal" : "list-disc"}`}
    >
      {list.items.map((item) => (
        <li key={item.raw} className="pl-1 [&>p]:my-0">
          {item.tokens.map((token) => (
            <MarkdownBlock key={token.raw} token={token} resolver={resolver} anchor={anchor} />
          ))}
        </li>
      ))}
    </Tag>
  );
}

/** A wide table scrolls inside its box; the page never does. */
function Table({ table, resolver }: { table: Tokens.Table; resolver: Resolver }) {
  const hasHead = table.header.some(({ text }) => text !== "");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard
    <section tabIndex={0} aria-label="Table" className="my-5 overflow-x-auto rounded-lg border">
      <table className="w-full text-left text-sm">
        {hasHead && (
          <thead className="border-b bg-muted/50">
            <tr>
              {table.header.map((cell, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the table never changes
                <th key={`${index}-${cell.text}`} scope="col" className="px-3.5 py-2 font-medium text-foreground">
                  <InlineMarkdown tokens={cell.tokens} resolver={resolver} />
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody className="divide-y">
          {table.rows.map((row) => (
            <tr key={row.map(({ text }) => text).join("|")}>
              {row.map((cell, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the table never changes
                <td key={`${index}-${cell.text}`} className="min-w-28 px-3.5 py-2.5 align-top leading-6">
                  <InlineMarkdown tokens={cell.tokens} resolver={resolver} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
