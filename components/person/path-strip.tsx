import { ChevronRight, Footprints, LogIn, Route, Target } from "lucide-react";
import type { ReactNode } from "react";
import type { Clock } from "@/components/time";
import { eventKey } from "@/components/timeline/item";
import { Link } from "@/components/ui/link";
import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import { humanName } from "@/lib/format/human-name";
import { pluralCount } from "@/lib/format/number";
import { formatDate, formatExactTime, formatRoughDuration } from "@/lib/format/time";
import type { Path, PathEvent } from "@/lib/journeys/path";

type PathStripProps = { path: Path; clock: Clock; href: string; projectHref: string };

const WAYS = {
  property: "from a date in the properties",
  event: "from the sign-up event",
  identify: "first log-in on this device",
  existing: "",
} as const;

/** A person's path: first touch, visits with their events, the last step, the sign-up, the first conversion. */
export function PathStrip({ path, clock, href, projectHref }: PathStripProps) {
  const { firstSeen, signedUpAt, visits, earlier, lastStep, conversion } = path;
  const hrefAt = (ts: number) => `${href}?until=${ts}#timeline`;
  const after = signedUpAt >= firstSeen ? ` · ${formatRoughDuration(signedUpAt - firstSeen)} after first seen` : "";
  return (
    <section aria-label="Path to sign-up" className="border-b">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways is reached by keyboard */}
      <ol tabIndex={0} aria-label="Steps" className="flex items-stretch gap-1 overflow-x-auto px-4 py-3 sm:px-6">
        <Step icon={<Route aria-hidden="true" />} title="First touch" href={hrefAt(firstSeen)}>
          {path.source === null ? "Unknown" : path.source === "Direct" ? "Came directly" : `From ${path.source}`}
          {path.landingPage !== null && ` to ${path.landingPage}`}
          <Small>{formatDate(firstSeen, clock.zone)}</Small>
        </Step>
        {earlier > 0 && (
          <Step icon={<Footprints aria-hidden="true" />} title={`${pluralCount(earlier, "earlier visit")}`}>
            <Small>before the visits shown</Small>
          </Step>
        )}
        {visits.map((visit, i) => (
          <Step
            key={visit.id}
            icon={<Footprints aria-hidden="true" />}
            title={`Visit ${earlier + i + 1}`}
            href={`${projectHref}/sessions/${visit.id}`}
          >
            <span className="flex flex-wrap items-center gap-x-1">
              {visit.steps.map((step, at) => (
                <span key={step.id}>
                  {at > 0 && <span aria-hidden="true">→ </span>}
                  <EventLink step={step} href={href} />
                </span>
              ))}
              {visit.more > 0 && <span>+{visit.more}</span>}
            </span>
            <Small>{formatDate(visit.startedAt, clock.zone)}</Small>
          </Step>
        ))}
        {lastStep && (
          <Step icon={<ChevronRight aria-hidden="true" />} title="Last step">
            <EventLink step={lastStep} href={href} />
            <Small>{formatRoughDuration(signedUpAt - lastStep.ts)} before</Small>
          </Step>
        )}
        <Step icon={<LogIn aria-hidden="true" />} title="Signed up" href={hrefAt(signedUpAt)}>
          <span title={formatExactTime(signedUpAt, clock.zone)}>{formatDate(signedUpAt, clock.zone)}</span>
          <Small>
            {WAYS[path.by]}
            {after}
          </Small>
        </Step>
        {conversion && (
          <Step icon={<Target aria-hidden="true" />} title="First conversion" href={hrefAt(conversion.at)}>
            {humanName(conversion.name)}
            <Small>
              {conversion.at >= signedUpAt
                ? `${formatRoughDuration(conversion.at - signedUpAt)} after signing up`
                : `${formatRoughDuration(signedUpAt - conversion.at)} before signing up`}
            </Small>
          </Step>
        )}
      </ol>
    </section>
  );
}

const EventLink = ({ step, href }: { step: PathEvent; href: string }) => (
  <Link
    href={`${href}?event=${eventKey(step)}`}
    prefetch={false}
    className="rounded-sm underline-offset-2 hover:text-primary hover:underline"
  >
    {PAGE_VIEW_NAMES.includes(step.label) ? "Page view" : step.label}
  </Link>
);

const Small = ({ children }: { children: ReactNode }) => (
  <span className="block text-muted-foreground text-xs">{children}</span>
);

type StepProps = { icon: ReactNode; title: string; href?: string; children?: ReactNode };

function Step({ icon, title, href, children }: StepProps) {
  return (
    <li className="grid w-44 shrink-0 content-start gap-0.5 rounded-md border bg-card px-2.5 py-2 text-[13px] break-words">
      <span className="flex items-center gap-1.5 text-muted-foreground text-xs [&_svg]:size-3.5">
        {icon}
        {href ? (
          <Link href={href} prefetch={false} className="rounded-sm hover:text-primary hover:underline">
            {title}
          </Link>
        ) : (
          title
        )}
      </span>
      {children}
    </li>
  );
}
