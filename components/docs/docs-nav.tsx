import { ChevronDown } from "lucide-react";
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

/** The same on a screen too narrow for it: behind a button with the title. */
export function DocsMenu({ title, current }: { title: string; current: string }) {
  return (
    <details className="group mt-4 rounded-lg border lg:hidden">
      <summary className="flex items-center justify-between px-3.5 py-2.5 font-medium text-sm [&::-webkit-details-marker]:hidden">
        {title}
        <ChevronDown
          aria-hidden="true"
          className="size-4 text-muted-foreground transition-transform group-open:rotate-180"
        />
      </summary>
      <div className="border-t p-2 pt-3">
        <DocsNav current={current} />
      </div>
    </details>
  );
}
