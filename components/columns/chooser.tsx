"use client";

import { Plus, Search } from "lucide-react";
import { ChosenColumns, type ChosenColumnsProps } from "@/components/columns/chosen";
import { ColumnName } from "@/components/columns/column-name";
import { Input } from "@/components/ui/input";

type ColumnChooserProps<Id extends string> = ChosenColumnsProps<Id> & {
  /** Columns to choose from, by kind, without those already chosen or not matching the search. */
  offered: { title: string; ids: readonly Id[] }[];
  query: string;
  onSearch: (query: string) => void;
  /** "Show", "Add": the action of the button that adds a column. */
  verb: string;
  /** Shown when nothing matches the search. */
  nothing: string;
};

/** The chosen columns in order, and a searchable list of the other built-in columns and properties. */
export function ColumnChooser<Id extends string>(props: ColumnChooserProps<Id>) {
  const { offered, query, onSearch, verb, nothing, ...list } = props;
  const { chosen, labelOf, onChange } = list;
  const typed = query.trim().toLowerCase();
  const groups = offered
    .map(({ title, ids }) => ({
      title,
      ids: ids.filter((id) => !chosen.includes(id) && labelOf(id).toLowerCase().includes(typed)),
    }))
    .filter(({ ids }) => ids.length > 0);
  return (
    <>
      <div className="sticky top-0 z-10 border-b bg-popover p-2">
        <Search
          aria-hidden="true"
          className="pointer-events-none absolute top-4 left-4.5 size-4 text-muted-foreground"
        />
        <Input
          aria-label="Find a column"
          placeholder="Find a column or property"
          value={query}
          onChange={(event) => onSearch(event.target.value)}
          className="h-8 pl-8"
        />
      </div>
      {typed === "" && <ChosenColumns {...list} />}
      {groups.map(({ title, ids }) => (
        <section key={title} aria-label={title} className="p-1.5">
          <h2 className="px-2 py-1 text-muted-foreground text-xs">{title}</h2>
          <ul>
            {ids.map((id) => (
              <li key={id}>
                <button
                  type="button"
                  onClick={() => onChange([...chosen, id])}
                  className="flex w-full items-center gap-2 rounded-sm px-2 py-1.5 text-left text-sm hover:bg-muted"
                >
                  <Plus aria-hidden="true" className="size-3.5 text-muted-foreground" />
                  <span className="sr-only">{verb} </span>
                  <ColumnName id={id} label={labelOf(id)} />
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {groups.length === 0 && typed !== "" && (
        <p className="px-4 py-6 text-center text-muted-foreground text-sm">{nothing}</p>
      )}
    </>
  );
}
