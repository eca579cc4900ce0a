import { Suspense } from "react";
import { TopList } from "@/components/overview/top-list";
import { Skeleton } from "@/components/ui/skeleton";
import type { Ranked } from "@/lib/overview/rankings.queries";

type TopListsProps = {
  events: Promise<Ranked[]>;
  pages: Promise<Ranked[]>;
  sources: Promise<Ranked[]>;
  /** The project's path. */
  href: string;
  /** The range, as parameters of a URL. */
  dates: Record<string, string>;
};

/** Top events, pages and sources; each row opens what it counts. */
export function TopLists({ events, pages, sources, href, dates }: TopListsProps) {
  const fallback = <Skeleton className="h-[266px] w-full" />;
  return (
    <div className="grid gap-x-8 gap-y-6 lg:grid-cols-2 xl:grid-cols-3">
      <Suspense fallback={fallback}>
        <TopList
          title="Top events"
          rows={events}
          labelOf="human"
          hrefOf={{ path: `${href}/events`, parameter: "name", dates }}
          empty="None on these days, except page views."
        />
      </Suspense>
      <Suspense fallback={fallback}>
        <TopList
          title="Top pages"
          rows={pages}
          labelOf="plain"
          hrefOf={{ path: `${href}/events`, parameter: "page", dates: { ...dates, name: "screen_view" } }}
          empty="None on these days."
        />
      </Suspense>
      <Suspense fallback={fallback}>
        <TopList
          title="Sources of visits"
          rows={sources}
          labelOf="plain"
          hrefOf={{ path: `${href}/sessions`, parameter: "source", dates }}
          empty="None on these days."
        />
      </Suspense>
    </div>
  );
}
