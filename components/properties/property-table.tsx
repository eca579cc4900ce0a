"use client";

import { ChevronDown, Pin, PinOff } from "lucide-react";
import { Fragment, useState, useTransition } from "react";
import { Ago, type Clock } from "@/components/time";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Link } from "@/components/ui/link";
import { notify } from "@/components/ui/notify";
import { pluralCount } from "@/lib/format/number";
import { formatDateTime, formatExactTime } from "@/lib/format/time";
import type { PropertyRow } from "@/lib/timeline/property-rows";

type PropertyTableProps = {
  rows: PropertyRow[];
  clock: Clock;
  /** The timeline that shows each change; null if none does. */
  href: string | null;
  /** Resolves to an error, or null. Absent: properties cannot be pinned. */
  pin?: (key: string, pinned: boolean) => Promise<string | null>;
};

/** The properties of a person or an account: value, type, since when and set by whom; each expands to its history. */
export function PropertyTable({ rows, clock, href, pin }: PropertyTableProps) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <table className="w-full table-fixed text-[13px]">
      <caption className="sr-only">Properties</caption>
      <thead>
        <tr className="border-b text-left text-muted-foreground text-xs [&>th]:h-9 [&>th]:px-3 [&>th]:font-medium">
          <th scope="col" className="!pl-4 sm:!pl-6 w-[34%] sm:w-[26%]">
            Property
          </th>
          <th scope="col">Value</th>
          <th scope="col" className="hidden w-20 md:table-cell">
            Type
          </th>
          <th scope="col" className="w-32 max-sm:hidden">
            Since
          </th>
          <th scope="col" className="hidden w-[24%] xl:table-cell">
            Set by
          </th>
          {pin && (
            <th scope="col" className="w-12">
              <span className="sr-only">Pin</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Fragment key={row.key}>
            <tr className={cn("align-top [&>td]:px-3 [&>td]:py-2.5 [&>th]:py-2.5", open !== row.key && "border-b")}>
              <th scope="row" className="!pl-4 sm:!pl-6 px-3 text-left font-normal">
                <button
                  type="button"
                  aria-expanded={open === row.key}
                  aria-label={`${row.key}, history`}
                  onClick={() => setOpen(open === row.key ? null : row.key)}
                  className="flex max-w-full items-start gap-1 rounded-sm text-left font-medium hover:text-primary"
                >
                  <ChevronDown
                    aria-hidden="true"
                    className={cn(
                      "-ml-1 mt-0.5 size-4 shrink-0 text-muted-foreground transition-transform",
                      open !== row.key && "-rotate-90",
                    )}
                  />
                  <span className="[overflow-wrap:anywhere]">{row.key}</span>
                </button>
              </th>
              <td className="[overflow-wrap:anywhere]">
                {row.value ?? <span className="text-muted-foreground">removed</span>}
              </td>
              <td className="hidden text-muted-foreground md:table-cell">{row.type}</td>
              <td className="whitespace-nowrap max-sm:hidden">
                <Ago ts={row.since} clock={clock} />
              </td>
              <td className="hidden text-muted-foreground xl:table-cell">{row.by ?? "—"}</td>
              {pin && (
                <td className="!py-1.5">
                  <PinButton row={row} pin={pin} />
                </td>
              )}
            </tr>
            {open === row.key && (
              <tr className="border-b">
                <td colSpan={6} className="px-4 pb-3 sm:px-6">
                  <History row={row} clock={clock} href={href} />
                </td>
              </tr>
            )}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}

/** Maximum of changes shown per property. */
const SHOWN = 50;

function History({ row, clock, href }: { row: PropertyRow; clock: Clock; href: string | null }) {
  if (row.history.length === 0) return <p className="text-muted-foreground">What set it is not recorded.</p>;
  return (
    <ol aria-label={`History of ${row.key}`} className="ml-1 grid gap-1.5 border-l pl-4">
      {row.history.slice(0, SHOWN).map((change) => (
        <li key={change.eventKey} className="grid gap-x-4 sm:grid-cols-[8.5rem_minmax(0,1fr)_minmax(0,1fr)]">
          {href === null ? (
            <When ts={change.ts} zone={clock.zone} />
          ) : (
            <Link
              href={`${href}?event=${change.eventKey}`}
              prefetch={false}
              className="hover:text-primary hover:underline"
            >
              <When ts={change.ts} zone={clock.zone} />
            </Link>
          )}
          <span className="[overflow-wrap:anywhere]">{change.text}</span>
          <span className="text-muted-foreground">{change.by}</span>
        </li>
      ))}
      {row.history.length > SHOWN && (
        <li className="text-muted-foreground">and {pluralCount(row.history.length - SHOWN, "earlier change")}</li>
      )}
    </ol>
  );
}

const When = ({ ts, zone }: { ts: number; zone: string }) => (
  <time dateTime={new Date(ts).toISOString()} title={formatExactTime(ts, zone)}>
    {formatDateTime(ts, zone)}
  </time>
);

function PinButton({ row, pin }: { row: PropertyRow; pin: NonNullable<PropertyTableProps["pin"]> }) {
  const [busy, startTransition] = useTransition();
  const toggle = () =>
    startTransition(async () => {
      const fault = await pin(row.key, !row.pinned).catch(() => "Could not save. Try again.");
      if (fault !== null) notify("error", fault);
    });
  const Icon = row.pinned ? PinOff : Pin;
  return (
    <Button
      variant="ghost"
      size="icon"
      disabled={busy}
      aria-pressed={row.pinned}
      title={row.pinned ? "Unpin for everyone in the project" : "Pin for everyone in the project"}
      onClick={toggle}
      className={row.pinned ? "text-primary" : undefined}
    >
      <Icon aria-hidden="true" />
      <span className="sr-only">Pin {row.key}</span>
    </Button>
  );
}
