import { Plus, X } from "lucide-react";
import type { ReactElement } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

import { STATE_LABELS } from "@/lib/lifecycle/state-sentence";
import { MAX_WHERE } from "@/lib/segments/rule";
import { CONDITION_TESTS, type ConditionTest, type EventConditionRow } from "./conditions";
import type { AlertDraft } from "./draft";
import { LabeledSelect } from "./labeled-select";

type TriggerFieldsProps = {
  draft: AlertDraft;
  change: (part: Partial<AlertDraft>) => void;
  events: string[];
  segments: { id: string; name: string }[];
};

/** The fields for a kind of trigger. */
export function TriggerFields({ draft, change, events, segments }: TriggerFieldsProps): ReactElement | null {
  switch (draft.on) {
    case "event":
      return (
        <>
          <EventField draft={draft} change={change} events={events} />
          <Conditions rows={draft.conditions} change={(conditions) => change({ conditions })} />
        </>
      );
    case "count":
      return <EventField draft={draft} change={change} events={events} />;
    case "segment":
      return (
        <div className="grid gap-4 sm:grid-cols-2">
          <LabeledSelect
            label="Segment"
            value={draft.segment}
            options={{ "": "Choose a segment", ...Object.fromEntries(segments.map(({ id, name }) => [id, name])) }}
            choose={(segment) => change({ segment })}
          />
          <LabeledSelect
            label={draft.who === "people" ? "When somebody" : "When an account"}
            value={draft.is}
            options={{ enters: "enters it", leaves: "leaves it" }}
            choose={(is) => change({ is: is as AlertDraft["is"] })}
          />
        </div>
      );
    case "risk":
      return (
        <Field
          name="above"
          label="Risk of not coming back, in percent"
          type="number"
          min={1}
          max={99}
          value={draft.above}
          onChange={(event) => change({ above: event.target.value })}
        />
      );
    case "state":
      return (
        <LabeledSelect label="State" value={draft.state} options={STATE_LABELS} choose={(state) => change({ state })} />
      );
    case "quiet":
      return null;
  }
}

function EventField({ draft, change, events }: Omit<TriggerFieldsProps, "segments">) {
  return (
    <>
      <Field
        name="event"
        label="Event"
        list="alert-events"
        autoComplete="off"
        value={draft.event}
        onChange={(event) => change({ event: event.target.value })}
      />
      <datalist id="alert-events">
        {events.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}

function Conditions({ rows, change }: { rows: EventConditionRow[]; change: (rows: EventConditionRow[]) => void }) {
  const edit = (at: number, part: Partial<EventConditionRow>) =>
    change(rows.map((row, index) => (index === at ? { ...row, ...part } : row)));
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 font-medium text-sm">Only when</legend>
      {rows.map((row, rowIndex) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity, and their fields are controlled
        <div key={rowIndex} className="flex flex-wrap items-center gap-2">
          <Input
            aria-label={`Property ${rowIndex + 1}`}
            placeholder="property"
            value={row.key}
            onChange={(event) => edit(rowIndex, { key: event.target.value })}
            className="min-w-28 flex-1"
          />
          <LabeledSelect
            label={`Operator ${rowIndex + 1}`}
            isHidden
            value={row.is}
            options={CONDITION_TESTS}
            choose={(is) => edit(rowIndex, { is: is as ConditionTest })}
          />
          {row.is !== "set" && (
            <Input
              aria-label={`Value ${rowIndex + 1}`}
              placeholder="value"
              value={row.value}
              onChange={(event) => edit(rowIndex, { value: event.target.value })}
              className="min-w-28 flex-1"
            />
          )}
          <Button
            variant="ghost"
            size="icon"
            aria-label={`Remove condition ${rowIndex + 1}`}
            onClick={() => change(rows.filter((_, index) => index !== rowIndex))}
          >
            <X aria-hidden="true" />
          </Button>
        </div>
      ))}
      {rows.length < MAX_WHERE && (
        <Button
          variant="outline"
          size="sm"
          className="justify-self-start"
          onClick={() => change([...rows, { key: "", is: "is", value: "" }])}
        >
          <Plus aria-hidden="true" />
          Add condition
        </Button>
      )}
    </fieldset>
  );
}
