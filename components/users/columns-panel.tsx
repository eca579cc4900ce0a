"use client";

import { ArrowDown, ArrowUp, Pin, PinOff, Plus, Search, X } from "lucide-react";
import { useState } from "react";
import { useSuggestions } from "@/components/filters/use-suggestions";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Input } from "@/components/ui/input";
import type { PopoverContentProps } from "@/components/ui/lazy-popover";
import { Popover } from "@/components/ui/popover";
import { columnKind } from "@/components/users/columns";
import { useListLayout } from "@/components/users/layout-context";
import { BUILT_IN_COLUMNS, type ColumnId, DEFAULT_LAYOUT, type ListLayout } from "@/lib/preferences/layout";

/** Shown columns in their order, then what else there is: built-in ones and every property people have. */
export default function ColumnsPanel({ projectId, anchor, onClose }: { projectId: string } & PopoverContentProps) {
  const { layout, change } = useListLayout();
  const [sought, setSought] = useState("");
  const { data } = useSuggestions(projectId, { of: "fields", q: sought });
  const matches = (id: string) => label(id).toLowerCase().includes(sought.trim().toLowerCase());
  const isFree = (id: ColumnId) => !layout.columns.includes(id) && matches(id);
  const builtIn = BUILT_IN_COLUMNS.filter(isFree);
  const properties = (data?.properties ?? []).map(({ key }): ColumnId => `p:${key}`).filter(isFree);
  const add = (id: ColumnId) => change({ ...layout, columns: [...layout.columns, id] });
  const isDefault = JSON.stringify(layout) === JSON.stringify(DEFAULT_LAYOUT);
  return (
    <Popover label="Columns" anchor={anchor} onClose={onClose} align="end" className="w-80">
      <div className="sticky top-0 z-10 border-b bg-popover p-2">
        <Search
          aria-hidden="true"
          className="pointer-events-none absolute top-4 left-4.5 size-4 text-muted-foreground"
        />
        <Input
          aria-label="Find a column"
          placeholder="Find a column or property"
          value={sought}
          onChange={(event) => setSought(event.target.value)}
          className="h-8 pl-8"
        />
      </div>
      {sought.trim() === "" && <Shown layout={layout} change={change} />}
      <Group title="Properties" ids={properties} add={add} />
      <Group title="Built in" ids={builtIn} add={add} />
      {builtIn.length + properties.length === 0 && sought.trim() !== "" && (
        <p className="px-4 py-6 text-center text-muted-foreground text-sm">Nobody has such a property.</p>
      )}
      {!isDefault && (
        <div className="sticky bottom-0 mt-auto border-t bg-popover p-2">
          <Button variant="ghost" size="sm" onClick={() => change(DEFAULT_LAYOUT)}>
            Back to the default columns
          </Button>
        </div>
      )}
    </Popover>
  );
}

const label = (id: string): string => columnKind(id, 30).label;

function Shown({ layout, change }: { layout: ListLayout; change: (layout: ListLayout) => void }) {
  const { columns, pinned } = layout;
  const [dragged, setDragged] = useState<number | null>(null);
  const move = (from: number, to: number) => {
    const next = columns.toSpliced(from, 1);
    next.splice(to, 0, columns[from] as ColumnId);
    change({ ...layout, columns: next });
  };
  const pin = (id: ColumnId) =>
    change({ ...layout, pinned: pinned.includes(id) ? pinned.filter((one) => one !== id) : [...pinned, id] });
  const remove = (id: ColumnId) =>
    change({
      ...layout,
      columns: columns.filter((one) => one !== id),
      pinned: pinned.filter((one) => one !== id),
      widths: Object.fromEntries(Object.entries(layout.widths).filter(([key]) => key !== id)),
    });
  return (
    <section aria-labelledby="columns-shown" className="border-b p-1.5">
      <h3 id="columns-shown" className="px-2 py-1 text-muted-foreground text-xs">
        Shown, after the person
      </h3>
      <ol>
        {columns.map((id, index) => (
          <li
            key={id}
            draggable
            onDragStart={() => setDragged(index)}
            onDragOver={(event) => dragged !== null && event.preventDefault()}
            onDrop={() => dragged !== null && dragged !== index && move(dragged, index)}
            onDragEnd={() => setDragged(null)}
            className="group/column flex cursor-grab items-center rounded-sm pl-2 hover:bg-muted"
          >
            <span className={cn("mr-auto truncate text-sm", id.startsWith("p:") && "font-mono text-xs")}>
              {label(id)}
            </span>
            <Small label={`Move ${label(id)} up`} disabled={index === 0} onClick={() => move(index, index - 1)}>
              <ArrowUp aria-hidden="true" />
            </Small>
            <Small
              label={`Move ${label(id)} down`}
              disabled={index === columns.length - 1}
              onClick={() => move(index, index + 1)}
            >
              <ArrowDown aria-hidden="true" />
            </Small>
            <Small label={`Pin ${label(id)}`} pressed={pinned.includes(id)} onClick={() => pin(id)}>
              {pinned.includes(id) ? (
                <PinOff aria-hidden="true" className="text-primary" />
              ) : (
                <Pin aria-hidden="true" />
              )}
            </Small>
            <Small label={`Hide ${label(id)}`} onClick={() => remove(id)}>
              <X aria-hidden="true" />
            </Small>
          </li>
        ))}
      </ol>
    </section>
  );
}

type SmallProps = {
  label: string;
  disabled?: boolean;
  pressed?: boolean;
  onClick: () => void;
  children: React.ReactNode;
};

const Small = ({ label: name, pressed, children, ...props }: SmallProps) => (
  <Button
    variant="ghost"
    size="none"
    aria-label={name}
    title={name}
    aria-pressed={pressed}
    className="size-7 [&_svg]:size-3.5"
    {...props}
  >
    {children}
  </Button>
);

function Group({ title, ids, add }: { title: string; ids: readonly ColumnId[]; add: (id: ColumnId) => void }) {
  if (ids.length === 0) return null;
  return (
    <section aria-label={title} className="p-1.5">
      <h3 className="px-2 py-1 text-muted-foreground text-xs">{title}</h3>
      <ul>
        {ids.map((id) => (
          <li key={id}>
            <button
              type="button"
              onClick={() => add(id)}
              className="flex w-full items-center gap-2 rounded-sm px-2 py-1.5 text-left text-sm hover:bg-muted"
            >
              <Plus aria-hidden="true" className="size-3.5 text-muted-foreground" />
              <span className="sr-only">Show </span>
              <span className={cn("truncate", id.startsWith("p:") && "font-mono text-xs")}>{label(id)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
