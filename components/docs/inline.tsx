import type { Token, Tokens } from "marked";
import { Fragment, type ReactNode } from "react";
import { Link } from "@/components/ui/link";

/** Resolves the links and pictures of a page. */
export type Resolver = { link: (href: string) => string | null; picture: (href: string) => string };

/** Inline Markdown as React elements; HTML is shown as text. */
export function InlineMarkdown({ tokens, resolver }: { tokens: Token[] | undefined; resolver: Resolver }): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: the text never changes
  return tokens?.map((token, index) => <Fragment key={index}>{inline(token, resolver)}</Fragment>);
}

function inline(token: Token, resolver: Resolver): ReactNode {
  const inner = "tokens" in token ? <InlineMarkdown tokens={token.tokens} resolver={resolver} /> : null;
  switch (token.type) {
    case "strong":
      return <strong className="font-semibold text-foreground">{inner}</strong>;
    case "em":
      return <em>{inner}</em>;
    case "codespan":
      return (
        <code className="rounded-sm bg-muted px-1 py-0.5 font-mono text-[0.86em] text-foreground [overflow-wrap:anywhere]">
          {unescaped(token.text)}
        </code>
      );
    case "br":
      return <br />;
    case "link":
      return <DocsLink token={token as Tokens.Link} resolver={resolver} />;
    case "image":
      return (
        // biome-ignore lint/performance/noImgElement: a data URL, which next/image cannot make smaller
        <img
          src={resolver.picture(token.href)}
          alt={token.text}
          className="my-6 h-auto max-w-full rounded-lg border bg-white p-2"
        />
      );
    default:
      return inner ?? unescaped("text" in token ? token.text : token.raw);
  }
}

function DocsLink({ token, resolver }: { token: Tokens.Link; resolver: Resolver }) {
  const href = resolver.link(token.href);
  const inner = <InlineMarkdown tokens={token.tokens} resolver={resolver} />;
  if (href === null) return <span>{inner}</span>;
  const className =
    "font-medium text-primary underline decoration-primary/30 underline-offset-3 hover:decoration-primary";
  if (/^(https?:|mailto:)/.test(href)) {
    return (
      <a href={href} className={className} rel="noreferrer">
        {inner}
      </a>
    );
  }
  return (
    <Link href={href} className={className}>
      {inner}
    </Link>
  );
}

/** marked escapes some texts for HTML; React does so again. */
const unescaped = (text: string): string =>
  text.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name: string) => ({ amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" })[name] ?? "",
  );
