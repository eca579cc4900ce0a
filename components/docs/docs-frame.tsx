import { ArrowLeft, ArrowRight } from "lucide-react";
import type { ReactNode } from "react";
import { DocsMenu, DocsNav } from "@/components/docs/docs-nav";
import { Link } from "@/components/ui/link";
import { docsHref, docsPages } from "@/lib/docs/pages";
import type { DocsHeading } from "@/lib/docs/read";

type DocsFrameProps = { slug: string; title: string; headings: DocsHeading[]; children: ReactNode };

/** A docs page: navigation on the left, its sections on the right, previous and next below. */
export function DocsFrame({ slug, title, headings, children }: DocsFrameProps) {
  const pages = docsPages();
  const at = pages.findIndex((page) => page.slug === slug);
  const [before, after] = [pages[at - 1], pages[at + 1]];
  const sections = headings.filter(({ depth }) => depth === 2);
  return (
    <div className="mx-auto grid max-w-7xl grid-cols-[minmax(0,1fr)] px-4 sm:px-6 lg:grid-cols-[13rem_minmax(0,1fr)] lg:gap-x-10 xl:grid-cols-[13rem_minmax(0,1fr)_13rem]">
      <DocsMenu title={pages[at]?.title ?? "All pages"} current={slug} />
      <aside className="sticky top-14 hidden h-[calc(100dvh-3.5rem)] overflow-y-auto py-8 lg:block">
        <DocsNav current={slug} />
      </aside>
      <main className="min-w-0 max-w-[46rem] py-8 text-[15px] text-foreground/90 lg:py-10">
        <h1 className="mb-5 text-balance font-semibold text-3xl text-foreground tracking-tight">{title}</h1>
        {children}
        <nav aria-label="Before and after" className="mt-14 flex justify-between gap-4 border-t pt-5 text-sm">
          {before ? (
            <Link
              href={docsHref(before.slug)}
              className="inline-flex items-center gap-2 text-muted-foreground hover:text-foreground"
            >
              <ArrowLeft aria-hidden="true" className="size-4" />
              {before.title}
            </Link>
          ) : (
            <span />
          )}
          {after && (
            <Link
              href={docsHref(after.slug)}
              className="inline-flex items-center gap-2 text-muted-foreground hover:text-foreground"
            >
              {after.title}
              <ArrowRight aria-hidden="true" className="size-4" />
            </Link>
          )}
        </nav>
      </main>
      {sections.length > 1 && (
        <aside className="sticky top-14 hidden h-[calc(100dvh-3.5rem)] overflow-y-auto py-10 text-[13px] xl:block">
          <p className="pb-2 font-medium text-muted-foreground text-xs">On this page</p>
          <ul className="grid gap-1.5 border-l">
            {sections.map(({ id, text }) => (
              <li key={id}>
                <a
                  href={`#${id}`}
                  className="-ml-px block border-transparent border-l pl-3 text-muted-foreground hover:border-primary hover:text-foreground"
                >
                  {text}
                </a>
              </li>
            ))}
          </ul>
        </aside>
      )}
    </div>
  );
}
