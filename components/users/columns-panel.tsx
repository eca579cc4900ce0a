"use client";

import { Pin, PinOff } from "lucide-react";
import { useState } from "react";
import { ColumnChooser } from "@/components/columns/chooser";
import { SmallButton } from "@/components/columns/chosen";
import { useSuggestions } from "@/components/filters/use-suggestions";
import { columnKind } from "@/components/people/columns";
import { Button } from "@/components/ui/button";
import type { PopoverContentProps } from "@/components/ui/lazy-popover";
import { Popover } from "@/components/ui/popover";
import { useListLayout } from "@/components/users/layout-context";
import { BUILT_IN_COLUMNS, type ColumnId, DEFAULT_LAYOUT, type ListLayout } from "@/lib/preferences/layout";

const label = (id: string): string => columnKind(id, 30).label;

/** Chooses and orders the list's columns: built-in ones and every property of people. */
export default function ColumnsPanel({ projectId, anchor, onClose }: { projectId: string } & PopoverContentProps) {
  const { layout, change } = useListLayout();
  const [query, setQuery] = useState("");
  const { data } = useSuggestions(projectId, { of: "fields", q: query });
  const properties = (data?.properties ?? []).map(({ key }): ColumnId => `p:${key}`);
  const isDefault = JSON.stringify(layout) === JSON.stringify(DEFAULT_LAYOUT);
  return (
    <Popover label="Columns" anchor={anchor} onClose={onClose} align="end" className="w-80">
      <ColumnChooser
        title="Shown, after the person"
        chosen={layout.columns}
        labelOf={label}
        verb="Show"
        removing="Hide"
        nothing="No matching property."
        offered={[
          { title: "Properties", ids: properties },
          { title: "Built in", ids: BUILT_IN_COLUMNS },
        ]}
        query={query}
        onSearch={setQuery}
        onChange={(columns) => change(withColumns(layout, columns))}
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
          <Button variant="ghost" size="sm" onClick={() => change(DEFAULT_LAYOUT)}>
            Reset columns
          </Button>
        </div>
      )}
    </Popover>
  );
}

/** Removing a column drops its pin and width. */
const withColumns = ({ pinned, widths }: ListLayout, columns: ColumnId[]): ListLayout => ({
  columns,
  pinned: pinned.filter((id) => columns.includes(id)),
  // The person column and a tab's own columns have widths too, and cannot be removed.
  widths: Object.fromEntries(Object.entries(widths).filter(([id]) => keepsWidth(id, columns))),
});

const keepsWidth = (id: string, columns: ColumnId[]): boolean =>
  (columns as string[]).includes(id) || !(id.startsWith("p:") || (BUILT_IN_COLUMNS as readonly string[]).includes(id));

const pin = (layout: ListLayout, id: ColumnId): ListLayout => ({
  ...layout,
  pinned: layout.pinned.includes(id) ? layout.pinned.filter((one) => one !== id) : [...layout.pinned, id],
});
