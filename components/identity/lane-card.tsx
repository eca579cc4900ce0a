import { ChevronRight, Fingerprint, MonitorSmartphone } from "lucide-react";
import type { ReactNode } from "react";
import { LaneBar } from "@/components/identity/lane-bar";
import type { AxisTick, TimeAxis } from "@/components/identity/scale";
import { StretchList } from "@/components/identity/stretch-list";
import { Badge } from "@/components/ui/badge";
import { CopyButton } from "@/components/ui/copy-button";
import { pluralCount } from "@/lib/format/number";
import { formatDate } from "@/lib/format/time";
import type { PersonIdentity } from "@/lib/identity/person-identities";
import type { PersonRef } from "@/lib/identity/person-ref";
import { type ReasonFormat, reasonSentence } from "@/lib/identity/reason-sentence";

/** Maximum of reasons shown; the rest is in the list of stretches. */
const MAX_REASONS = 3;

const CLASSES: Record<NonNullable<PersonIdentity["streamClass"]>, string | null> = {
  sdk: null,
  kiosk: "Kiosk",
  cookieless: "Cookieless",
};

type LaneCardProps = {
  lane: PersonIdentity;
  axis: TimeAxis | null;
  ticks: AxisTick[];
  zone: string;
  format: ReasonFormat;
  hrefOf: (ref: PersonRef) => string;
  /** True for an anonymous visitor, to whom unowned stretches belong. */
  visitor: boolean;
  /** Actions on this id. */
  children?: ReactNode;
};

/** One id: its kind, why it belongs to the person, and its owners over time. */
export function LaneCard({ lane, axis, ticks, zone, format, hrefOf, visitor, children }: LaneCardProps) {
  const device = lane.kind === "device";
  const Icon = device ? MonitorSmartphone : Fingerprint;
  const reasons = lane.reasons.filter(({ type }) => type !== "sent" || lane.reasons.length === 1);
  const hiddenReasons = reasons.length - MAX_REASONS;
  return (
    <li className="grid gap-2 border-b px-4 py-4 sm:px-6">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
        <div className="flex min-w-0 flex-1 basis-64 items-start gap-2.5">
          <Icon aria-hidden="true" className="mt-1 size-4 shrink-0 text-muted-foreground" />
          <div className="min-w-0">
            <h2 className="flex min-w-0 items-center gap-1 font-normal">
              <code className="truncate font-medium font-mono text-[13px]" title={lane.id}>
                {lane.id}
              </code>
              <CopyButton iconOnly value={lane.id} label="Copy this id" className="size-6 [&_svg]:size-3.5" />
              {lane.streamClass && CLASSES[lane.streamClass] && <Badge>{CLASSES[lane.streamClass]}</Badge>}
            </h2>
            <p className="text-muted-foreground text-xs tabular-nums">
              {device ? "Device" : "User id"} · {pluralCount(lane.events, device ? "anonymous event" : "event")}
              {lane.firstSeen !== null && lane.lastSeen !== null && ` · ${period(lane.firstSeen, lane.lastSeen, zone)}`}
            </p>
          </div>
        </div>
        {children && <div className="flex flex-wrap gap-2">{children}</div>}
      </div>
      {axis && <LaneBar lane={lane} axis={axis} ticks={ticks} zone={zone} />}
      <ul className="grid gap-0.5 text-[13px]">
        {reasons.slice(0, MAX_REASONS).map((reason) => (
          <li key={reasonSentence(reason, format)} className="[overflow-wrap:anywhere]">
            {reasonSentence(reason, format)}
          </li>
        ))}
        {hiddenReasons > 0 && (
          <li className="text-muted-foreground">And {pluralCount(hiddenReasons, "more reason")}, in the list.</li>
        )}
      </ul>
      {device && (
        <details className="group">
          <summary className="inline-flex list-none items-center gap-1 rounded-sm text-muted-foreground text-xs hover:text-foreground [&::-webkit-details-marker]:hidden">
            <ChevronRight aria-hidden="true" className="size-3.5 transition-transform group-open:rotate-90" />
            Owners over time: {lane.stretches.length === 1 ? "1 stretch" : `${lane.stretches.length} stretches`}
          </summary>
          <StretchList stretches={lane.stretches} zone={zone} hrefOf={hrefOf} visitor={visitor} />
        </details>
      )}
    </li>
  );
}

function period(from: number, to: number, zone: string): string {
  const [first, last] = [formatDate(from, zone), formatDate(to, zone)];
  return first === last ? first : `${first} – ${last}`;
}
