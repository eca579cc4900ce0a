import { LoaderCircle } from "lucide-react";
import type { TimelineOrder } from "@/components/timeline/timeline-url";
import type { TimelinePages } from "@/components/timeline/use-pages";
import { Button } from "@/components/ui/button";
import { ErrorMessage } from "@/components/ui/error-message";

type MoreProps = { side: "above" | "below"; order: TimelineOrder; pages: TimelinePages; filtered: boolean };

/** An end of the loaded timeline: a button to load more, or a note that there is no more. */
export function LoadMore({ side, order, pages, filtered }: MoreProps) {
  const older = (order === "desc") === (side === "below");
  if (pages[side] === null) {
    if (side === "above" || pages.items.length === 0) return null;
    return (
      <p className="px-4 py-5 text-muted-foreground text-xs sm:px-6">
        {filtered
          ? "No more events match the filters."
          : older
            ? "This is the beginning of the timeline."
            : "These are the latest events."}
      </p>
    );
  }
  return (
    <div className="grid justify-items-start gap-3 px-4 py-4 sm:px-6">
      {pages.failed && <ErrorMessage>Could not load events. Check your connection and try again.</ErrorMessage>}
      <Button variant="outline" size="sm" onClick={() => pages.more(side)} disabled={pages.loading}>
        {pages.loading && <LoaderCircle aria-hidden="true" className="animate-spin" />}
        {older ? "Load older" : "Load newer"}
      </Button>
    </div>
  );
}
