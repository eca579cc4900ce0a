"use client";

import { parseAsString, useQueryStates } from "nuqs";
import { useEffect, useRef, useState } from "react";
import { FilterBuilder } from "@/components/filters/filter-builder";
import { Button } from "@/components/ui/button";
import type { PopoverContentProps } from "@/components/ui/lazy-popover";
import { usePending } from "@/components/ui/pending";
import { Popover } from "@/components/ui/popover";
import { type AccountRule, EVERYONE, type Rule, type Subject } from "@/lib/segments/rule";
import type { SegmentChoice } from "@/lib/segments/types";

/** Debounce before the list is reloaded, in milliseconds. */
const REST_MS = 350;

type FilterPanelProps = {
  projectId: string;
  subject: Subject;
  rule: Rule | AccountRule;
  segments: SegmentChoice[];
};

/** The list's filter: every complete change updates the list behind it and the URL. */
export default function FilterPanel({
  projectId,
  subject,
  rule,
  segments,
  anchor,
  onClose,
}: FilterPanelProps & PopoverContentProps) {
  const [pending, startTransition] = usePending();
  const [{ filter }, setParams] = useQueryStates(
    { filter: parseAsString.withDefault(""), cursor: parseAsString },
    { shallow: false, history: "replace", startTransition },
  );
  const [edited, setEdited] = useState<string | null>(null);
  const [version, setVersion] = useState(0);
  const now = useRef(filter);
  now.current = filter;
  useEffect(() => {
    if (edited === null || edited === now.current) return;
    const timer = setTimeout(() => void setParams({ filter: edited || null, cursor: null }), REST_MS);
    return () => clearTimeout(timer);
  }, [edited, setParams]);
  const close = () => {
    if (edited !== null && edited !== now.current) void setParams({ filter: edited || null, cursor: null });
    onClose();
  };
  return (
    <Popover label="Filter" anchor={anchor} onClose={close} className="w-[46rem] sm:overflow-visible">
      <FilterBuilder
        key={version}
        projectId={projectId}
        subject={subject}
        rule={version === 0 ? rule : EVERYONE}
        segments={segments}
        onChange={setEdited}
      />
      <div className="sticky bottom-0 flex items-center gap-2 border-t bg-popover p-2.5">
        <Button
          variant="ghost"
          size="sm"
          onClick={() => {
            setEdited("");
            setVersion(version + 1);
          }}
        >
          Clear
        </Button>
        <span role="status" className="ml-auto text-muted-foreground text-xs">
          {pending ? "Updating…" : ""}
        </span>
        <Button size="sm" onClick={close}>
          Done
        </Button>
      </div>
    </Popover>
  );
}
