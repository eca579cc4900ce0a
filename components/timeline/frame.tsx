import { History, SearchX } from "lucide-react";
import type { TimelineParams } from "@/components/timeline/timeline-url";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";
import { formatExactTime } from "@/lib/format/time";

type Search = Record<string, string | string[] | undefined>;

/** The parameters that make a timeline jump to a position. */
export const POSITION_PARAMS = ["event", "until", "on"];

/** A timeline's parameters, sent to the browser and back with every page of events. */
export const withoutPosition = (state: TimelineParams): TimelineParams => ({
  ...state,
  event: null,
  until: null,
  on: null,
});

/** The query without some parameters; "" if empty. */
export function queryWithout(params: Search, without: string[] = []): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (!without.includes(name)) for (const one of [value ?? []].flat()) query.append(name, one);
  }
  return query.size === 0 ? "" : `?${query}`;
}

type AroundProps = { ts: number; zone: string; href: string; order: TimelineParams["order"] };

/** A note that the timeline starts in the middle, with a link to its start. */
export const AroundNote = ({ ts, zone, href, order }: AroundProps) => (
  <p className="border-b bg-accent/50 px-4 py-2 text-sm sm:px-6">
    Showing events around {formatExactTime(ts, zone)}.{" "}
    <Link href={href} className="font-medium text-primary underline underline-offset-4">
      Jump to the {order === "desc" ? "newest" : "beginning"}
    </Link>
  </p>
);

/** A timeline without events; `why`: the reason if no filter is set. */
export function NoEvents({ filtered, href, why }: { filtered: boolean; href: string; why: string }) {
  if (filtered) {
    return (
      <Empty icon={SearchX} title="No matches">
        <p>No events in this timeline match the filters.</p>
        <Link href={href} className="justify-self-center text-primary underline-offset-4 hover:underline">
          Show everything
        </Link>
      </Empty>
    );
  }
  return (
    <Empty icon={History} title="No events yet">
      <p>{why}</p>
    </Empty>
  );
}
