"use client";

import { ArrowDownUp, ListFilter, LoaderCircle, Search, X } from "lucide-react";
import { debounce, useQueryStates } from "nuqs";
import { useState, useTransition } from "react";
import { ExportButton } from "@/components/export/export-button";
import type { ExportProps } from "@/components/export/export-panel";
import { timelineParams } from "@/components/timeline/timeline-url";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { LazyPopover } from "@/components/ui/lazy-popover";
import { humanName } from "@/lib/format/human-name";
import { formatDate } from "@/lib/format/time";
import type { ReadResult } from "@/lib/http/action";

/** Search debounce, in milliseconds. */
const REST_MS = 250;

const load = () => import("@/components/timeline/filter-panel");

/** "12 Mar 2026"; returns an invalid day unchanged. */
function dayName(day: string): string {
  const ts = Date.parse(day);
  return Number.isNaN(ts) ? day : formatDate(ts, "UTC");
}

export type ToolbarProps = {
  today: string;
  /** CSV export of the events shown. */
  file: ExportProps;
  readNames: () => Promise<ReadResult<{ name: string; count: number }[]>>;
};

/** Search, filters and order of the timeline, all kept in the URL. */
export function Toolbar({ today, file, readNames }: ToolbarProps) {
  const [loading, startTransition] = useTransition();
  const [params, setParams] = useQueryStates(timelineParams, { shallow: false, history: "replace", startTransition });
  const [typed, setTyped] = useState(params.q);
  // Drops the jump target, which makes no sense once the filter or order changes.
  const change = (part: Partial<typeof params>, limitUrlUpdates?: ReturnType<typeof debounce>) =>
    void setParams({ event: null, until: null, on: null, ...part }, { limitUrlUpdates });
  const search = (value: string) => {
    setTyped(value);
    change({ q: value.trim() }, value === "" ? undefined : debounce(REST_MS));
  };
  const Icon = loading ? LoaderCircle : Search;
  const chips = [
    ...(params.nopages ? [{ label: "Page views hidden", remove: { nopages: false } }] : []),
    ...(params.conversions ? [{ label: "Only conversions", remove: { conversions: false } }] : []),
    ...(params.page === "" ? [] : [{ label: `Views of ${params.page}`, remove: { page: "" } }]),
    ...params.names.map((name) => ({
      label: humanName(name),
      remove: { names: params.names.filter((other) => other !== name) },
    })),
    ...(params.since === null ? [] : [{ label: `Since ${dayName(params.since)}`, remove: { since: null } }]),
    ...(params.till === null ? [] : [{ label: `Until ${dayName(params.till)}`, remove: { till: null } }]),
    ...(params.prop === "" ? [] : [{ label: `With ${params.prop.replace(":", " = ")}`, remove: { prop: "" } }]),
  ];
  return (
    <search id="timeline" aria-label="Timeline" className="grid scroll-mt-13 gap-2 border-b px-4 py-2.5 sm:px-6">
      <div className="flex flex-wrap items-center gap-2">
        <div className="relative min-w-40 flex-1 sm:max-w-72">
          <Icon
            aria-hidden="true"
            className={`pointer-events-none absolute top-2 left-2.5 size-4 text-muted-foreground ${loading ? "animate-spin" : ""}`}
          />
          <Input
            type="search"
            aria-label="Search this timeline"
            placeholder="Search this timeline"
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => search(event.target.value)}
            className="h-8 pl-8.5"
          />
        </div>
        <LazyPopover
          load={load}
          panel={{ projectId: file.projectId, params, change, readNames }}
          variant="outline"
          size="sm"
        >
          <ListFilter aria-hidden="true" />
          Filter
        </LazyPopover>
        <Button variant="outline" size="sm" onClick={() => change({ order: params.order === "desc" ? "asc" : "desc" })}>
          <ArrowDownUp aria-hidden="true" />
          {params.order === "desc" ? "Newest first" : "Oldest first"}
        </Button>
        <span className="flex items-center gap-2 text-[13px] text-muted-foreground sm:ml-auto">
          <label htmlFor="timeline-on" className="max-sm:sr-only">
            Jump to<span className="sr-only"> date</span>
          </label>
          <Input
            key={params.on ?? ""}
            id="timeline-on"
            type="date"
            max={today}
            defaultValue={params.on ?? ""}
            onChange={({ target }) => {
              // A half-typed date is invalid, or has a year below 1000.
              if (target.value === "" || target.value >= "2000") change({ on: target.value || null });
            }}
            className="h-8 w-36 px-2 text-[13px]"
          />
          <ExportButton {...file} compact />
        </span>
      </div>
      {chips.length > 0 && (
        <ul aria-label="Filters" className="flex flex-wrap gap-1.5">
          {chips.map(({ label, remove }) => (
            <li key={label}>
              <Button
                variant="outline"
                size="none"
                className="h-6 gap-1 rounded-full bg-accent px-2 font-normal text-accent-foreground text-xs"
                aria-label={`${label}, remove`}
                onClick={() => change(remove)}
              >
                {label}
                <X aria-hidden="true" className="size-3" />
              </Button>
            </li>
          ))}
        </ul>
      )}
    </search>
  );
}
