"use client";

import { Pin, PinOff } from "lucide-react";
import { useState } from "react";
import { ColumnChooser } from "@/components/columns/chooser";
import { SmallButton } from "@/components/columns/chosen";
import { columnKindOf } from "@/components/columns/list-spec";
import { useSuggestions } from "@/components/filters/use-suggestions";
import { useListLayout } from "@/components/list/layout-context";
import { Button } from "@/components/ui/button";
import type { PopoverContentProps } from "@/components/ui/lazy-popover";
import { Popover } from "@/components/ui/popover";
import { type ColumnId, LISTS, type ListLayout } from "@/lib/preferences/layout";

/** Chooses and orders the list's columns: built-in ones and every property. */
export default function ColumnsPanel({ projectId, anchor, onClose }: { projectId: string } & PopoverContentProps) {
  const { list, layout, change } = useListLayout();
  const { builtIn, standard } = LISTS[list.name];
  const label = (id: string): string => columnKindOf(list, id, 30).label;
  const [query, setQuery] = useState("");
  const { data } = useSuggestions(
    projectId,
    list.name === "users" ? { of: "fields", q: query } : { of: "accountFields", q: query },
  );
  const properties = (data?.properties ?? []).map(({ key }): ColumnId => `p:${key}`);
  const isDefault = JSON.stringify(layout) === JSON.stringify(standard);
  return (
    <Popover label="Columns" anchor={anchor} onClose={onClose} align="end" className="w-80">
      <ColumnChooser
        title={list.words.shown}
        chosen={layout.columns}
        labelOf={label}
        verb="Show"
        removing="Hide"
        nothing="No matching property."
        offered={[
          { title: "Properties", ids: properties },
          { title: "Built in", ids: builtIn },
        ]}
        query={query}
        onSearch={setQuery}
        onChange={(columns) => change(withColumns(layout, columns, builtIn))}
        extra={(id) => (
          <SmallButton
            label={`Pin ${label(id)}`}
            pressed={layout.pinned.includes(id)}
            onClick={() => change(pin(layout, id))}
          >
            {layout.pinned.includes(id) ? (
              <PinOff aria-hidden="true" className="text-primary" />
            ) : (
              <Pin aria-hidden="true" />
            )}
          </SmallButton>
        )}
      />
      {!isDefault && (
        <div className="sticky bottom-0 mt-auto border-t bg-popover p-2">
          <Button variant="ghost" size="sm" onClick={() => change(standard)}>
            Reset columns
          </Button>
        </div>
      )}
    </Popover>
  );
}

/** Removing a column drops its pin and width. */
const withColumns = ({ pinned, widths }: ListLayout, columns: ColumnId[], builtIn: readonly string[]): ListLayout => ({
  columns,
  pinned: pinned.filter((id) => columns.includes(id)),
  // The first column and a tab's own columns have widths too, and cannot be removed.
  widths: Object.fromEntries(Object.entries(widths).filter(([id]) => keepsWidth(id, columns, builtIn))),
});

const keepsWidth = (id: string, columns: readonly string[], builtIn: readonly string[]): boolean =>
  columns.includes(id) || !(id.startsWith("p:") || builtIn.includes(id));

const pin = (layout: ListLayout, id: ColumnId): ListLayout => ({
  ...layout,
  pinned: layout.pinned.includes(id) ? layout.pinned.filter((one) => one !== id) : [...layout.pinned, id],
});
