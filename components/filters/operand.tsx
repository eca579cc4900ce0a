"use client";

import { X } from "lucide-react";
import { useState } from "react";
import type { ConditionField, DraftCondition } from "@/components/filters/draft-types";
import { type FieldOwner, fieldLabel, operatorsOf } from "@/components/filters/fields";
import { NumberInput, SmallInput } from "@/components/filters/typed-input";
import { useSuggestions } from "@/components/filters/use-suggestions";
import { displayValue, valueOptions } from "@/components/filters/value-options";
import { cn } from "@/components/ui/cn";
import { Combobox } from "@/components/ui/combobox";
import { HEALTH_LABELS, HEALTH_STATES } from "@/lib/accounts/health";
import { formatCount } from "@/lib/format/number";
import { countryName } from "@/lib/format/place";
import { STATES } from "@/lib/lifecycle/states";
import { WARNING_LABELS, WARNINGS } from "@/lib/risk/warnings";
import type { SegmentChoice } from "@/lib/segments/types";

/** The source of suggested values. */
export type ValueSource =
  | { of: "values"; key: string; held: "single" | "item" }
  | { of: "accountValues"; key: string; held: "single" | "item" }
  | { of: "facts"; field: string }
  | { of: "eventValues"; event: string; key: string; held: "single" | "item" };

type OperandProps = {
  draft: DraftCondition;
  field: ConditionField;
  owner: FieldOwner;
  projectId: string;
  segments: SegmentChoice[];
  source: ValueSource | null;
  change: (draft: DraftCondition) => void;
};

/** The operand of a condition, as its operator requires. */
export function Operand({ draft, field, owner, projectId, segments, source, change }: OperandProps) {
  const input = operatorsOf(field).find((one) => one.is === draft.op)?.input ?? "none";
  const name = fieldLabel(field, owner);
  const choices = segments.filter(({ subject }) => subject === (field.kind === "whose" ? "accounts" : "people"));
  const type = (text: string) => change({ ...draft, text });
  switch (input) {
    case "none":
    case "life":
      return null;
    case "values":
      return (
        <Values
          name={name}
          projectId={projectId}
          source={source}
          values={draft.values}
          change={(values) => change({ ...draft, values })}
        />
      );
    case "segment":
      return (
        <select
          aria-label="Segment"
          value={draft.values[0] ?? ""}
          onChange={(event) => change({ ...draft, values: [event.target.value] })}
          className="h-8 min-w-40 rounded-md border border-input bg-background px-1.5 text-base md:text-sm"
        >
          <option value="" disabled>
            {choices.length === 0 ? "There are no segments yet" : "Choose a segment"}
          </option>
          {choices.map((segment) => (
            <option key={segment.id} value={segment.id}>
              {segment.name}
            </option>
          ))}
        </select>
      );
    case "states":
      return <States draft={draft} change={change} />;
    case "health":
      return (
        <Toggles
          legend="Health"
          options={HEALTH_STATES.map((state) => ({ value: state, label: HEALTH_LABELS[state] }))}
          chosen={draft.values}
          change={(values) => change({ ...draft, values })}
        />
      );
    case "warning":
      return (
        <Toggles
          legend="Warnings"
          options={WARNINGS.map((warning) => ({ value: warning, label: WARNING_LABELS[warning] }))}
          chosen={draft.values}
          change={(values) => change({ ...draft, values })}
        />
      );
    case "day":
      return <SmallInput kind="date" label={`Day of ${name}`} text={draft.text} type={type} className="w-36" />;
    case "days":
      return (
        <NumberInput
          label={`Days of ${name}`}
          text={draft.text}
          type={type}
          unit={draft.text === "1" ? "day" : "days"}
        />
      );
    case "times":
      return (
        <NumberInput
          label={`How often ${name}`}
          text={draft.text}
          type={type}
          unit={unitOf(field, draft.text === "1")}
        />
      );
    case "number":
      return <SmallInput kind="number" label={`Value of ${name}`} text={draft.text} type={type} className="w-28" />;
    case "numbers":
      return (
        <>
          <SmallInput kind="number" label={`${name} from`} text={draft.text} type={type} className="w-24" />
          <span className="text-muted-foreground text-sm">and</span>
          <SmallInput
            kind="number"
            label={`${name} to`}
            text={draft.until}
            type={(until) => change({ ...draft, until })}
            className="w-24"
          />
        </>
      );
    case "text":
      return (
        <SmallInput kind="text" label={`Text of ${name}`} text={draft.text} type={type} className="min-w-32 flex-1" />
      );
  }
}

function unitOf(field: ConditionField, isOne: boolean): string {
  if ("event" in field || field.kind === "anyEvent") return isOne ? "time" : "times";
  return field.kind === "whose" && field.of === "members" ? (isOne ? "person" : "people") : "";
}

/** Any of the states, and on which day; without one, today. */
function States({ draft, change }: Pick<OperandProps, "draft" | "change">) {
  return (
    <>
      <Toggles
        legend="States"
        options={STATES.map((state) => ({ value: state, label: state }))}
        chosen={draft.values}
        change={(values) => change({ ...draft, values })}
      />
      <span className="flex items-center gap-1.5 text-muted-foreground text-sm">
        on
        <SmallInput
          kind="date"
          label="Day of the state, today if empty"
          text={draft.text}
          type={(text) => change({ ...draft, text })}
          className="w-36"
        />
      </span>
    </>
  );
}

type TogglesProps = {
  legend: string;
  options: { value: string; label: string }[];
  chosen: readonly string[];
  change: (chosen: string[]) => void;
};

/** Any of a few. */
const Toggles = ({ legend, options, chosen, change }: TogglesProps) => (
  <fieldset className="flex flex-wrap gap-1">
    <legend className="sr-only">{legend}</legend>
    {options.map(({ value, label }) => (
      <button
        key={value}
        type="button"
        aria-pressed={chosen.includes(value)}
        onClick={() => change(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value])}
        className={cn(
          "h-8 rounded-md border px-2 text-sm",
          chosen.includes(value) ? "border-primary bg-accent text-accent-foreground" : "text-muted-foreground",
        )}
      >
        {label}
      </button>
    ))}
  </fieldset>
);

type ValuesProps = {
  name: string;
  projectId: string;
  source: ValueSource | null;
  values: string[];
  change: (values: string[]) => void;
};

/** Any number of values, suggested from real data or typed. */
function Values({ name, projectId, source, values, change }: ValuesProps) {
  const [typed, setTyped] = useState("");
  const { data, loading } = useSuggestions(projectId, source && { ...source, q: typed.trim() });
  const exact =
    source?.of === "values" ||
    source?.of === "accountValues" ||
    (source?.of === "eventValues" && !source.key.startsWith("$"));
  const options = valueOptions(typed, data?.values ?? [], values, exact).map(({ people, ...option }) => ({
    ...option,
    detail: people === null ? "" : formatCount(people),
    section:
      people === null
        ? "As typed"
        : source?.of === "eventValues"
          ? "In its latest events"
          : source?.of === "accountValues"
            ? "From recently seen accounts"
            : "From recently seen people",
  }));
  const isCountry =
    source?.of === "facts" ? source.field === "country" : source?.of === "eventValues" && source.key === "$country";
  const shown = (value: string) => (isCountry && countryName(value)) || displayValue(value);
  const add = (value: string) => {
    setTyped("");
    change([...values, value]);
  };
  return (
    <div className="flex min-w-0 flex-1 basis-48 flex-wrap items-center gap-1">
      {values.map((value) => (
        <span
          key={value}
          className="inline-flex h-6 max-w-48 items-center rounded-sm bg-accent pl-2 text-accent-foreground text-xs"
        >
          <span className="truncate">{shown(value)}</span>
          <button
            type="button"
            aria-label={`Remove ${shown(value)}`}
            onClick={() => change(values.filter((one) => one !== value))}
            className="ml-0.5 inline-flex size-6 items-center justify-center rounded-sm"
          >
            <X aria-hidden="true" className="size-3" />
          </button>
        </span>
      ))}
      <Combobox
        label={`Value of ${name}`}
        placeholder={values.length === 0 ? "Choose or type" : "or"}
        typed={typed}
        onType={setTyped}
        options={options}
        onChoose={add}
        onBackspace={() => change(values.slice(0, -1))}
        empty={loading ? "Loading…" : source ? "No values yet. Type one." : "Type a value."}
        autoFocus={values.length === 0}
      />
    </div>
  );
}
