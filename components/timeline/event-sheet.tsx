"use client";

import { ChevronDown, ChevronUp } from "lucide-react";
import { type ReactNode, useState } from "react";
import { accountHref } from "@/components/people/account";
import { queryString } from "@/components/search-params";
import { Ago, type Clock } from "@/components/time";
import { ATTRIBUTIONS } from "@/components/timeline/attribution";
import { type DisplayActions, DisplayForm } from "@/components/timeline/display-form";
import {
  type AccountOfItem,
  accountsOfItem,
  eventKey,
  eventTitle,
  flattenProperties,
  type TimelineItem,
} from "@/components/timeline/item";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog, SheetContent } from "@/components/ui/dialog";
import { Editable } from "@/components/ui/editable";
import { Link } from "@/components/ui/link";
import type { EventDisplays } from "@/lib/events/types";
import { deviceLabel } from "@/lib/format/device";
import { formatMoney } from "@/lib/format/number";
import { dayKey, formatExactTime } from "@/lib/format/time";

const LINK = "text-primary underline-offset-4 hover:underline";

type EventSheetProps = {
  item: TimelineItem | null;
  clock: Clock;
  displays: EventDisplays;
  projectHref: string;
  /** The person's page, for the link to the event; absent: the current page. */
  storyHref?: string;
  /** null: the display cannot be edited here. */
  actions: DisplayActions | null;
  /** Moves to the event below (1) or above (-1). */
  onStep?: (by: 1 | -1) => void;
  onClose: () => void;
};

/** All details of an event. */
export function EventSheet({ item, onClose, ...props }: EventSheetProps) {
  return (
    <Dialog open={item !== null} onOpenChange={(open) => !open && onClose()}>
      {item && (
        <SheetContent title={eventTitle(item)} onCloseAutoFocus={(event) => toRow(item, event)}>
          <Detail item={item} {...props} />
        </SheetContent>
      )}
    </Dialog>
  );
}

/** Focuses the row of the last event read, which may not be the one opened first. */
function toRow(item: TimelineItem, event: Event): void {
  const row = document.querySelector<HTMLElement>(`[data-event="${CSS.escape(eventKey(item))}"]`);
  if (!row) return;
  event.preventDefault();
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function Detail({
  item,
  clock,
  displays,
  projectHref,
  storyHref,
  actions,
  onStep,
}: Omit<EventSheetProps, "item" | "onClose"> & { item: TimelineItem }) {
  const { place, accounts: _, ...event } = item;
  const link = new URL(storyHref ?? location.href, location.href);
  link.search = `?event=${eventKey(item)}`;
  const page = [item.origin, item.path].filter(Boolean).join("");
  const facts: [string, ReactNode][] = [
    ["Time", formatExactTime(item.ts, clock.zone)],
    ["", <Ago key="ago" ts={item.ts} clock={clock} className="text-muted-foreground" />],
    ["Event", <EventName key="name" item={item} clock={clock} projectHref={projectHref} />],
    ["Page", page],
    ["Page title", item.title],
    ["Referrer", item.referrer],
    ["User", item.who?.name ?? null],
    ["Revenue", item.revenue === null ? null : formatMoney(item.revenue)],
    ["Device", [deviceLabel(item.device), item.browser, item.os].filter(Boolean).join(", ")],
    ["Place", place],
    [
      "Accounts",
      item.groups.length > 0 && <Accounts key="accounts" of={accountsOfItem(item)} projectHref={projectHref} />,
    ],
    ["Sent as", <code key="actor">{item.actor}</code>],
    ["Attribution", ATTRIBUTIONS[item.attribution].sentence],
    [
      "Session",
      item.sessionId && (
        <Link key="session" href={`${projectHref}/sessions/${item.sessionId}`} className={LINK}>
          Step by step
        </Link>
      ),
    ],
    ["Event id", <code key="id">{item.id}</code>],
  ];
  const properties = flattenProperties(item.properties);
  return (
    <>
      <section
        aria-label="Event details"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard
        tabIndex={0}
        className="flex-1 overflow-y-auto px-5 py-4 outline-offset-[-2px]"
      >
        <Facts facts={facts} />
        <h3 className="mt-6 mb-2 font-medium text-sm">Properties</h3>
        {properties.length === 0 ? (
          <p className="text-muted-foreground text-sm">This event has no properties.</p>
        ) : (
          <Facts facts={properties} mono />
        )}
        {item.warnings.length > 0 && (
          <>
            <h3 className="mt-6 mb-2 font-medium text-sm text-warning">Altered on arrival</h3>
            <ul className="list-disc pl-4 text-sm">
              {item.warnings.map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          </>
        )}
        {actions && item.kind === "event" && (
          <Editable>
            <DisplaySection>
              <DisplayForm name={item.name} display={displays[item.name]} actions={actions} />
            </DisplaySection>
          </Editable>
        )}
      </section>
      <div className="flex gap-1 border-t px-3 py-2">
        <CopyButton value={link.href} label="Copy link" />
        <CopyButton value={JSON.stringify(event, null, 2)} label="Copy as JSON" />
        {onStep && (
          <div className="ml-auto flex">
            <Button variant="ghost" size="icon" title="Event above (k)" onClick={() => onStep(-1)}>
              <ChevronUp aria-hidden="true" />
              <span className="sr-only">Event above</span>
            </Button>
            <Button variant="ghost" size="icon" title="Event below (j)" onClick={() => onStep(1)}>
              <ChevronDown aria-hidden="true" />
              <span className="sr-only">Event below</span>
            </Button>
          </div>
        )}
      </div>
    </>
  );
}

type EventNameProps = { item: TimelineItem; clock: Clock; projectHref: string };

/**
 * With a link to everybody's events of this name since its day: did others meet this error, and does it still occur?
 */
function EventName({ item: { name, kind, ts }, clock: { now, zone }, projectHref }: EventNameProps) {
  const since = queryString({ name, from: dayKey(ts, zone), to: dayKey(now, zone) });
  return (
    <span className="flex flex-wrap items-baseline justify-between gap-x-4">
      <code>{name}</code>
      {kind === "event" && (
        <Link href={`${projectHref}/events${since}`} prefetch={false} className={LINK}>
          Who else did this
        </Link>
      )}
    </span>
  );
}

function Accounts({ of, projectHref }: { of: readonly AccountOfItem[]; projectHref: string }) {
  return (
    <ul className="flex flex-wrap gap-x-3">
      {of.map(({ id, name }) => (
        <li key={id}>
          <Link
            href={accountHref(projectHref.slice(1), id)}
            prefetch={false}
            className={LINK}
            title={name === null ? undefined : id}
          >
            {name ?? id}
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Whether the display form is open; kept here because saving remounts the timeline and the sheet with it. */
let isDisplayOpen = false;

function DisplaySection({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(isDisplayOpen);
  const toggle = (now: boolean) => {
    isDisplayOpen = now;
    setOpen(now);
  };
  return (
    <details open={open} onToggle={(event) => toggle(event.currentTarget.open)} className="mt-6 border-t pt-4">
      <summary className="font-medium text-sm">How this event is shown</summary>
      <div className="pt-3">{children}</div>
    </details>
  );
}

function Facts({ facts, mono }: { facts: [string, ReactNode][]; mono?: boolean }) {
  return (
    <dl className="grid grid-cols-[minmax(5.5rem,max-content)_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-[13px]">
      {facts.map(([name, value]) =>
        value ? (
          <div key={name} className="contents">
            <dt
              className={
                mono ? "max-w-40 truncate font-mono text-muted-foreground text-xs leading-5" : "text-muted-foreground"
              }
              title={mono ? name : undefined}
            >
              {name}
            </dt>
            <dd
              className={`min-w-0 break-words [&_code]:font-mono [&_code]:text-xs ${mono ? "font-mono text-xs leading-5" : ""}`}
            >
              {value}
            </dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}
