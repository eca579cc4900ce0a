import { cn } from "@/components/ui/cn";
import { Link } from "@/components/ui/link";
import { DOCS, docsHref } from "@/lib/docs/pages";

/** Links to all docs pages, with the current one marked. */
export function DocsNav({ current }: { current: string }) {
  return (
    <nav aria-label="Documentation" className="grid gap-6 text-sm">
      {DOCS.map(({ title, pages }) => (
        <div key={title}>
          <p className="px-2 pb-1 font-medium text-muted-foreground text-xs">{title}</p>
          <ul>
            {pages.map(({ slug, title: name }) => (
              <li key={slug}>
                <Link
                  href={docsHref(slug)}
                  aria-current={slug === current ? "page" : undefined}
                  className={cn(
                    "block rounded-md px-2 py-1.5 transition-colors",
                    slug === current
                      ? "bg-foreground/[0.07] font-medium text-foreground"
                      : "text-muted-foreground hover:bg-foreground/5 hover:text-foreground",
                  )}
                >
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
