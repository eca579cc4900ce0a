"use client";

import { useEffect, useState } from "react";
import { PropertyHints } from "@/components/filters/property-hints";
import type { TimelineParams } from "@/components/timeline/timeline-url";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import type { PopoverContentProps } from "@/components/ui/lazy-popover";
import { Popover } from "@/components/ui/popover";
import { Skeleton } from "@/components/ui/skeleton";
import { humanName } from "@/lib/format/human-name";
import { formatCount } from "@/lib/format/number";
import type { ReadResult } from "@/lib/http/action";

type FilterPanelProps = PopoverContentProps & {
  projectId: string;
  params: TimelineParams;
  change: (part: Partial<TimelineParams>) => void;
  readNames: () => Promise<ReadResult<{ name: string; count: number }[]>>;
};

/** Timeline filters. Event names load on opening, with this person's counts. */
export default function TimelineFilterPanel({
  projectId,
  params,
  change,
  readNames,
  anchor,
  onClose,
}: FilterPanelProps) {
  const [names, setNames] = useState<{ name: string; count: number }[] | null>(null);
  const [prop, setProp] = useState(params.prop);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it opens
  useEffect(() => {
    let isClosed = false;
    void readNames().then(
      (read) => !isClosed && setNames(read.ok ? read.data : []),
      () => !isClosed && setNames([]),
    );
    return () => {
      isClosed = true;
    };
  }, []);
  const toggle = (name: string, on: boolean) =>
    change({ names: on ? [...params.names, name] : params.names.filter((other) => other !== name) });
  return (
    <Popover label="Filter this timeline" anchor={anchor} onClose={onClose} className="w-80 gap-3 p-3 text-[13px]">
      <div className="grid gap-2">
        <Check
          label="Only conversions and revenue"
          on={params.conversions}
          onChange={(conversions) => change({ conversions })}
        />
        <Check label="Hide page views" on={params.nopages} onChange={(nopages) => change({ nopages })} />
      </div>
      <form
        className="grid gap-1.5 border-t pt-3"
        onSubmit={(event) => {
          event.preventDefault();
          const at = prop.search(/[=:]/);
          const [key, value] = at === -1 ? [prop] : [prop.slice(0, at), prop.slice(at + 1)];
          change({ prop: value === undefined ? prop.trim() : `${key?.trim()}:${value.trim()}` });
        }}
      >
        <label htmlFor="timeline-prop" className="text-muted-foreground text-xs">
          With a property, such as plan or plan = pro
        </label>
        <span className="flex gap-1.5">
          <Input
            id="timeline-prop"
            list="timeline-properties"
            autoComplete="off"
            spellCheck={false}
            value={prop}
            onChange={(event) => setProp(event.target.value)}
            className="h-8"
          />
          <PropertyHints id="timeline-properties" projectId={projectId} />
          <Button type="submit" variant="outline" size="sm">
            Apply
          </Button>
        </span>
      </form>
      <fieldset className="grid gap-2 border-t pt-3">
        <legend className="float-left mb-1 text-muted-foreground text-xs">Only these events</legend>
        {names === null && [1, 2, 3].map((row) => <Skeleton key={row} className="h-4 w-40" />)}
        {names?.length === 0 && <p className="text-muted-foreground">No events other than page views.</p>}
        <div className="grid max-h-56 gap-2 overflow-y-auto">
          {names?.map(({ name, count: times }) => (
            <Check
              key={name}
              label={humanName(name)}
              extra={formatCount(times)}
              on={params.names.includes(name)}
              onChange={(on) => toggle(name, on)}
            />
          ))}
        </div>
      </fieldset>
    </Popover>
  );
}

type CheckProps = { label: string; extra?: string; on: boolean; onChange: (on: boolean) => void };

function Check({ label, extra, on, onChange }: CheckProps) {
  return (
    <label className="flex items-center gap-2">
      <input
        type="checkbox"
        className="size-4 accent-primary"
        checked={on}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className="min-w-0 truncate">{label}</span>
      {extra && <span className="ml-auto text-muted-foreground text-xs tabular-nums">{extra}</span>}
    </label>
  );
}
