import { DocsMenu, DocsNav } from "@/components/docs/docs-nav";
import { Link } from "@/components/ui/link";
import { docsHref } from "@/lib/docs/pages";
import type { SearchHit } from "@/lib/docs/search";
import { pluralCount } from "@/lib/format/number";

/** Search results in the documentation, best first. */
export function DocsSearchResults({ query, found }: { query: string; found: SearchHit[] }) {
  return (
    <div className="mx-auto grid max-w-7xl grid-cols-[minmax(0,1fr)] px-4 sm:px-6 lg:grid-cols-[13rem_minmax(0,1fr)] lg:gap-x-10">
      <DocsMenu title="All pages" current="search" />
      <aside className="sticky top-14 hidden h-[calc(100dvh-3.5rem)] overflow-y-auto py-8 lg:block">
        <DocsNav current="search" />
      </aside>
      <main className="min-w-0 max-w-[46rem] py-8 lg:py-10">
        <h1 className="text-balance font-semibold text-2xl tracking-tight">
          {query === "" ? "Search the docs" : `“${query}”`}
        </h1>
        <p role="status" className="mt-1.5 text-muted-foreground text-sm">
          {query === ""
            ? "Enter one or more words in the field above."
            : found.length === 0
              ? "No page contains all of these words. Try fewer or different ones."
              : pluralCount(found.length, "section")}
        </p>
        <ol className="mt-6 divide-y border-y empty:hidden">
          {found.map(({ slug, page, heading, id, excerpt }) => (
            <li key={`${slug}#${id}`} className="relative py-4 hover:bg-muted/40">
              <p className="text-muted-foreground text-xs">{page}</p>
              <h2 className="mt-0.5 font-medium">
                <Link
                  href={docsHref(slug) + (id && `#${id}`)}
                  className="rounded-sm after:absolute after:inset-0 hover:underline"
                >
                  {heading}
                </Link>
              </h2>
              <p className="mt-1 break-words text-muted-foreground text-sm leading-relaxed">
                {excerpt.map(({ text, hit }, at) =>
                  hit ? (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text never change
                    <mark key={at} className="rounded-sm bg-accent text-accent-foreground">
                      {text}
                    </mark>
                  ) : (
                    text
                  ),
                )}
              </p>
            </li>
          ))}
        </ol>
      </main>
    </div>
  );
}
