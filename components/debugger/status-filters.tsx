"use client";

import { STATUS_STYLES } from "@/components/debugger/statuses";
import { cn } from "@/components/ui/cn";
import { type Counters, MESSAGE_STATUSES, type MessageStatus } from "@/lib/debugger/types";
import { formatCount } from "@/lib/format/number";

type FiltersProps = {
  counters: Counters;
  chosen: MessageStatus | null;
  choose: (status: MessageStatus | null) => void;
};

/** A count for each status of a message; a click filters by it. */
export function StatusFilters({ counters, chosen, choose }: FiltersProps) {
  return (
    <fieldset className="flex flex-wrap gap-1.5">
      <legend className="sr-only">Show only</legend>
      {MESSAGE_STATUSES.map((status) => (
        <button
          key={status}
          type="button"
          aria-pressed={chosen === status}
          title={STATUS_STYLES[status].hint}
          onClick={() => choose(chosen === status ? null : status)}
          className={cn(
            "inline-flex h-8 items-center gap-2 rounded-md border px-2.5 text-[13px] transition-colors hover:bg-muted",
            chosen === status && "border-primary bg-accent",
          )}
        >
          <span aria-hidden="true" className={cn("size-2 rounded-full", STATUS_STYLES[status].dot)} />
          {STATUS_STYLES[status].label}
          <span className="text-muted-foreground tabular-nums">{formatCount(counters[status])}</span>
        </button>
      ))}
    </fieldset>
  );
}
