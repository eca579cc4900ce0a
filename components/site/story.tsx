import { EventIcon } from "@/components/timeline/event-icon";
import type { RowKind } from "@/components/timeline/item";
import { Avatar } from "@/components/ui/avatar";

type Row = { kind: RowKind; title: string; detail?: string; time: string; anonymous?: boolean };
type Visit = { day: string; from: string; rows: Row[]; gap?: string };

/** Newest first, as in the app. */
const VISITS: Visit[] = [
  {
    day: "Today",
    from: "Session · 12 min · Chrome on macOS",
    rows: [
      { kind: "revenue", title: "Plan upgraded", detail: "Team", time: "14:31" },
      { kind: "event", title: "Teammate invited", detail: "role: editor", time: "14:26" },
    ],
    gap: "3 days",
  },
  {
    day: "Mon 9 Mar",
    from: "Session · 21 min · from Hacker News",
    rows: [
      { kind: "identify", title: "Identified as grace", time: "10:02" },
      { kind: "page", title: "Sign up", detail: "/signup", time: "09:58", anonymous: true },
      { kind: "page", title: "Pricing", detail: "/pricing", time: "09:51", anonymous: true },
    ],
    gap: "7 days",
  },
  {
    day: "Sun 1 Mar",
    from: "Session · 4 min · Chrome on macOS, from Google",
    rows: [
      { kind: "page", title: "Why your dashboards lie", detail: "/blog/dashboards", time: "22:17", anonymous: true },
    ],
  },
];

/** A mock of a user's page, built from the app's components. */
export function Story() {
  return (
    <figure className="min-w-0 rounded-xl border bg-card text-[13px] shadow-[0_24px_60px_-24px_rgb(0_0_0/0.25)]">
      <figcaption className="flex items-center gap-3 border-b px-5 py-4">
        <Avatar name="Grace Hopper" className="size-9" />
        <span className="grid">
          <span className="font-medium text-sm">Grace Hopper</span>
          <span className="text-muted-foreground text-xs">
            Since 1 Mar, came from Google to /blog, identified 7 days later
          </span>
        </span>
      </figcaption>
      <div className="grid grid-cols-1 gap-1 px-5 py-3">
        {VISITS.map((visit) => (
          <div key={visit.day}>
            <p className="flex flex-wrap items-baseline gap-x-2 py-1">
              <span className="font-medium">{visit.day}</span>
              <span className="text-muted-foreground text-xs">{visit.from}</span>
            </p>
            <ul>
              {visit.rows.map((row) => (
                <li key={row.title} className="flex min-h-8 items-center gap-2.5">
                  <EventIcon kind={row.kind} dashed={row.anonymous} />
                  <span className="min-w-0 flex-1 truncate">
                    {row.title}
                    {row.detail && <span className="ml-2 text-muted-foreground">{row.detail}</span>}
                  </span>
                  {row.anonymous && <span className="text-2xs text-muted-foreground max-sm:hidden">before login</span>}
                  <span className="text-muted-foreground text-xs tabular-nums">{row.time}</span>
                </li>
              ))}
            </ul>
            {visit.gap && <p className="py-1.5 pl-8.5 text-muted-foreground text-xs">↑ {visit.gap} later</p>}
          </div>
        ))}
      </div>
    </figure>
  );
}
