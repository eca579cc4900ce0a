import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import { personName } from "@/components/people/person-name";
import { userHref } from "@/components/people/row";
import { Ago, type Clock } from "@/components/time";
import { Avatar } from "@/components/ui/avatar";
import { Flag } from "@/components/ui/flag";
import { Link } from "@/components/ui/link";
import { deviceLabel } from "@/lib/format/device";
import { formatCount, formatMoney } from "@/lib/format/number";
import { countryName } from "@/lib/format/place";
import { formatDateTime, formatDuration } from "@/lib/format/time";
import { isAnonymousRef } from "@/lib/identity/person-ref";
import type { SessionOfPerson } from "@/lib/sessions/project-visits.queries";

/** A session's person, time, source, device, entry, exit and totals. */
export function SessionFacts({ visit, clock, projectId }: { visit: SessionOfPerson; clock: Clock; projectId: string }) {
  const name = personName(visit.person);
  const href = userHref(projectId, visit.person.ref);
  const place = [visit.city, countryName(visit.country)].filter(Boolean).join(", ");
  const facts: [string, ReactNode][] = [
    ["Started", <Ago key="ago" ts={visit.startedAt} clock={clock} />],
    ["Duration", visit.durationMs === 0 ? "one moment" : formatDuration(visit.durationMs)],
    ["Pages", formatCount(visit.pageViews)],
    ["Events", formatCount(visit.events)],
    ["Revenue", visit.revenue === 0 ? null : formatMoney(visit.revenue)],
    ["Source", visit.source],
    [
      "Device",
      [deviceLabel(visit.device), [visit.browser, visit.os].filter(Boolean).join(" on ")].filter(Boolean).join(", "),
    ],
    [
      "Place",
      place && (
        <span key="place">
          <Flag country={visit.country} />
          {place}
        </span>
      ),
    ],
    ["Entry page", visit.entryPage],
    ["Exit page", visit.exitPage],
  ];
  return (
    <header className="px-4 pt-4 pb-4 sm:px-6">
      <Link
        href={`/${projectId}/sessions`}
        className="-ml-1 inline-flex items-center gap-0.5 rounded-sm text-muted-foreground text-sm hover:text-foreground"
      >
        <ChevronLeft aria-hidden="true" className="size-4" />
        Sessions
      </Link>
      <div className="mt-3 flex items-center gap-3">
        <Avatar name={name} anonymous={isAnonymousRef(visit.person.ref)} className="size-9" />
        <div className="min-w-0">
          <h1 className="truncate font-semibold text-lg tracking-tight">
            <Link href={href} prefetch={false} className="rounded-sm hover:text-primary hover:underline">
              {name}
            </Link>
            <span className="font-normal text-muted-foreground">, {formatDateTime(visit.startedAt, clock.zone)}</span>
          </h1>
          <Link
            href={`${href}?until=${visit.endedAt}`}
            className="rounded-sm text-muted-foreground text-sm hover:text-foreground hover:underline"
          >
            Show in timeline
          </Link>
        </div>
      </div>
      <dl className="mt-4 grid grid-cols-2 gap-x-6 gap-y-3 sm:flex sm:flex-wrap sm:gap-x-9">
        {facts.map(([label, value]) =>
          value ? (
            <div key={label} className="grid min-w-0 gap-0.5">
              <dt className="text-muted-foreground text-xs">{label}</dt>
              <dd className="truncate text-sm tabular-nums">{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
    </header>
  );
}
