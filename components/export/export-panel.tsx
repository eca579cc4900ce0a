"use client";

import { Download } from "lucide-react";
import { useState } from "react";
import { ColumnChooser } from "@/components/columns/chooser";

import { exportHref, exportLabel } from "@/components/export/export-columns";
import type { SuggestionQuery } from "@/components/filters/suggestions";
import { useSuggestions } from "@/components/filters/use-suggestions";
import { Button } from "@/components/ui/button";
import type { PopoverContentProps } from "@/components/ui/lazy-popover";
import { Popover } from "@/components/ui/popover";

export type ExportProps = {
  projectId: string;
  /** Export URL of the list as shown, without the columns. */
  href: string;
  /** "these people" */
  what: string;
  /** Every built-in column. */
  columns: readonly string[];
  /** The default columns. */
  preset: readonly string[];
  /**
   * Which properties are offered: the people's, the accounts', or those of an event ("": of all events). Absent: none.
   */
  properties?: { of: "people" } | { of: "accounts" } | { of: "event"; name: string };
};

/** Chooses and orders the columns of a CSV export. The file has all rows of the list, not just this page. */
export default function ExportPanel({
  projectId,
  properties,
  anchor,
  onClose,
  ...list
}: ExportProps & PopoverContentProps) {
  const [chosen, setChosen] = useState<string[]>([...list.preset]);
  const [query, setQuery] = useState("");
  const { data } = useSuggestions(projectId, questionOf(properties, query));
  const offered = (data?.properties ?? []).map(({ key }) => `p:${key}`);
  const changed = chosen.join() !== list.preset.join();
  return (
    <Popover label="Export" anchor={anchor} onClose={onClose} align="end" className="w-88">
      <ColumnChooser
        title="Columns of the file, in this order"
        chosen={chosen}
        labelOf={exportLabel}
        verb="Add"
        removing="Remove"
        nothing="No matching column or property."
        offered={[
          { title: properties?.of === "event" ? "Properties of events" : "Properties", ids: offered },
          { title: "Built in", ids: list.columns },
        ]}
        query={query}
        onSearch={setQuery}
        onChange={setChosen}
      />
      <div className="sticky bottom-0 mt-auto flex items-center gap-2 border-t bg-popover p-2">
        {chosen.length === 0 ? (
          <p className="px-2 py-1.5 text-muted-foreground text-sm">Choose at least one column.</p>
        ) : (
          <Button asChild size="sm">
            <a href={exportHref(list.href, chosen)} download onClick={() => setTimeout(onClose)}>
              <Download aria-hidden="true" />
              Download {list.what}
            </a>
          </Button>
        )}
        {changed && (
          <Button variant="ghost" size="sm" className="ml-auto" onClick={() => setChosen([...list.preset])}>
            Start over
          </Button>
        )}
      </div>
    </Popover>
  );
}

function questionOf(properties: ExportProps["properties"], query: string): SuggestionQuery | null {
  if (!properties) return null;
  if (properties.of === "accounts") return { of: "accountFields", q: query };
  return properties.of === "people" ? { of: "fields", q: query } : { of: "eventProperties", event: properties.name };
}
