"use client";

import { ArrowDown, ArrowUp, Plus, Trash2, X } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { Combobox } from "@/components/ui/combobox";
import { Input } from "@/components/ui/input";
import { notify } from "@/components/ui/notify";
import { type Feature, MAX_EVENTS, MAX_FEATURES } from "@/lib/features/rule";
import { humanName } from "@/lib/format/human-name";

type FeatureEditorProps = {
  features: Feature[];
  isSuggested: boolean;
  /** Names of the project's events. */
  events: string[];
  /** Resolves to an error, or null. */
  save: (features: Feature[]) => Promise<string | null>;
};

/** `key` identifies a row while it is edited; a suggested feature gets its own id when it is saved. */
type Row = Feature & { key: string };

let lastKey = 0;
const newKey = () => `row-${++lastKey}`;

/** The project's list of features: rename, group events, reorder, add, remove; nothing changes until it is saved. */
export function FeatureEditor({ features, isSuggested, events, save }: FeatureEditorProps) {
  const router = useRouter();
  const [rows, setRows] = useState<Row[]>(() =>
    features.map((feature) => ({ ...feature, id: isSuggested ? "" : feature.id, key: feature.id })),
  );
  const [isSaving, startSaving] = useTransition();
  const used = new Set(rows.flatMap((row) => row.events));
  const free = events.filter((name) => !used.has(name));
  const change = (key: string, part: Partial<Feature>) =>
    setRows(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const move = (at: number, to: number) => {
    const next = [...rows];
    next.splice(to, 0, ...next.splice(at, 1));
    setRows(next);
  };
  const submit = () =>
    startSaving(async () => {
      const list = rows.map(({ key: _, ...feature }) => feature);
      const fault = await save(list).catch(() => "Could not save. Try again.");
      notify(fault === null ? "success" : "error", fault ?? "Saved.");
      if (fault === null) router.refresh();
    });
  return (
    <div className="grid max-w-3xl gap-4 px-4 py-4 sm:px-6">
      {isSuggested && (
        <p className="rounded-md bg-accent/50 px-3 py-2 text-sm">
          {rows.length === 0
            ? "There are no events to suggest features from yet."
            : "Suggested from your most frequent events. They apply until you save a list of your own."}
        </p>
      )}
      <ol className="grid gap-3" aria-label="Features">
        {rows.map((row, at) => (
          <li key={row.key} className="grid gap-2 rounded-lg border p-3">
            <div className="flex items-center gap-1.5">
              <Input
                aria-label={`Name of feature ${at + 1}`}
                placeholder="Name"
                value={row.name}
                onChange={(event) => change(row.key, { name: event.target.value })}
                className="h-8 min-w-0 flex-1 px-2"
              />
              <Tool label={`Move ${row.name || "it"} up`} disabled={at === 0} onClick={() => move(at, at - 1)}>
                <ArrowUp aria-hidden="true" />
              </Tool>
              <Tool
                label={`Move ${row.name || "it"} down`}
                disabled={at === rows.length - 1}
                onClick={() => move(at, at + 1)}
              >
                <ArrowDown aria-hidden="true" />
              </Tool>
              <Tool
                label={`Remove ${row.name || "this feature"}`}
                onClick={() => setRows(rows.filter((one) => one.key !== row.key))}
              >
                <Trash2 aria-hidden="true" />
              </Tool>
            </div>
            <div className="flex flex-wrap items-center gap-1">
              {row.events.map((event) => (
                <span
                  key={event}
                  className="inline-flex h-6 max-w-64 items-center rounded-sm bg-accent pl-2 font-mono text-accent-foreground text-xs"
                >
                  <span className="truncate">{event}</span>
                  <button
                    type="button"
                    aria-label={`Remove ${event} from ${row.name || "this feature"}`}
                    onClick={() => change(row.key, { events: row.events.filter((one) => one !== event) })}
                    className="ml-0.5 inline-flex size-6 items-center justify-center rounded-sm"
                  >
                    <X aria-hidden="true" className="size-3" />
                  </button>
                </span>
              ))}
              {row.events.length < MAX_EVENTS && (
                <EventPicker
                  label={`Add an event to ${row.name || "this feature"}`}
                  events={free}
                  choose={(event) =>
                    change(row.key, { events: [...row.events, event], name: row.name || humanName(event) })
                  }
                />
              )}
            </div>
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-2">
        <Button
          variant="outline"
          disabled={rows.length >= MAX_FEATURES}
          onClick={() => setRows([...rows, { key: newKey(), id: "", name: "", events: [] }])}
        >
          <Plus aria-hidden="true" />
          Add feature
        </Button>
        <Button disabled={isSaving} onClick={submit}>
          Save features
        </Button>
        {!isSuggested && (
          <Button variant="ghost" disabled={isSaving} onClick={() => setRows([])}>
            Reset to suggestions
          </Button>
        )}
      </div>
    </div>
  );
}

type ToolProps = { label: string; disabled?: boolean; onClick: () => void; children: React.ReactNode };

const Tool = ({ label, children, ...button }: ToolProps) => (
  <Button variant="ghost" size="icon" aria-label={label} title={label} {...button}>
    {children}
  </Button>
);

function EventPicker({ label, events, choose }: { label: string; events: string[]; choose: (event: string) => void }) {
  const [typed, setTyped] = useState("");
  const query = typed.trim().toLowerCase();
  const found = events.filter((name) => name.toLowerCase().includes(query)).slice(0, 50);
  const exact = query !== "" && !events.some((name) => name === typed.trim());
  return (
    <Combobox
      label={label}
      placeholder="Add an event"
      typed={typed}
      onType={setTyped}
      options={[
        ...found.map((name) => ({ value: name, label: name })),
        ...(exact ? [{ value: typed.trim(), label: typed.trim(), section: "As typed" }] : []),
      ]}
      onChoose={(event) => {
        setTyped("");
        choose(event);
      }}
      empty="No other event has been sent. Type its name."
      className="max-w-64"
    />
  );
}
