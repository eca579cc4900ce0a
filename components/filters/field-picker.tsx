"use client";

import { Building2, MousePointerClick, Tag, User } from "lucide-react";
import { useState } from "react";
import type { Field } from "@/components/filters/draft";
import { BUILT_IN_FIELDS } from "@/components/filters/fields";
import { useSuggestions } from "@/components/filters/use-suggestions";
import { Combobox, type Option } from "@/components/ui/combobox";
import { count } from "@/lib/format/number";
import type { SuggestedProperty } from "@/lib/segments/suggest.types";

/** Built-in fields of an event, as rules name them. */
const OF_EVENTS: SuggestedProperty[] = [
  ["$path", "text"],
  ["$title", "text"],
  ["$referrer", "text"],
  ["$country", "text"],
  ["$device", "text"],
  ["$browser", "text"],
  ["$os", "text"],
  ["$revenue", "number"],
  ["$hour", "number"],
].map(([key = "", type]) => ({ key, type: type as SuggestedProperty["type"], people: 0 }));

type FieldPickerProps = {
  projectId: string;
  /** Offers only this event's properties. */
  event?: string;
  choose: (field: Field) => void;
  /** Takes the focus and opens, for a condition just added. */
  autoFocus?: boolean;
};

type Choice = Option & { field: Field };

/** Picks the field of a condition: an event, a property of people, or a built-in field. */
export function FieldPicker({ projectId, event, choose, autoFocus = true }: FieldPickerProps) {
  const [typed, setTyped] = useState("");
  const query = typed.trim().toLowerCase();
  const { data, loading } = useSuggestions(
    projectId,
    event === undefined ? { of: "fields", q: typed.trim() } : { of: "eventProperties", event },
  );
  const properties = event === undefined ? (data?.properties ?? []) : [...(data?.properties ?? []), ...OF_EVENTS];
  // Without a search, a few of each, so that all three sections are visible.
  const most = query === "" && event === undefined ? 6 : Number.POSITIVE_INFINITY;
  const known: Choice[] = [
    ...(event === undefined ? (data?.events ?? []) : []).slice(0, most).map(({ name }) => eventChoice(name)),
    ...properties.slice(0, most).map((one) => ({
      ...propertyChoice(one.key, one.type, one.people),
      section: sectionOf(one, event),
    })),
    ...(event === undefined ? (data?.accountProperties ?? []) : []).slice(0, most).map(accountChoice),
    ...(event === undefined ? BUILT_IN_FIELDS : []).map((one) => ({
      ...one,
      value: `built-in:${one.label}`,
      icon: <User aria-hidden="true" />,
      section: "About every person",
    })),
  ].filter(({ label }) => label.toLowerCase().includes(query));
  const exact = known.some(({ label }) => label === typed.trim());
  const asTyped: Choice[] =
    query === "" || exact || loading
      ? []
      : [
          { ...propertyChoice(typed.trim(), "text"), section: "As typed" },
          ...(event === undefined ? [{ ...eventChoice(typed.trim()), section: "As typed" }] : []),
        ];
  // Offer nothing before the first answer: later items would move the one about to be clicked.
  const options = data === null && loading ? [] : [...known, ...asTyped];
  return (
    <Combobox
      label="Field of the condition"
      placeholder={event === undefined ? "Event, property or fact" : "Property of the event"}
      typed={typed}
      onType={setTyped}
      options={options}
      onChoose={(value) => {
        const option = options.find((one) => one.value === value);
        if (option) choose(option.field);
      }}
      empty={loading ? "Looking…" : "No matching data has been sent."}
      autoFocus={autoFocus}
    />
  );
}

/** The population whose values were counted; built-in event fields are not counted. */
function sectionOf({ people }: SuggestedProperty, event: string | undefined): string {
  if (event === undefined) return "Properties of recently seen people";
  return people > 0 ? "Properties of its latest events" : "About every event";
}

const TYPE_WORDS: Record<SuggestedProperty["type"], string> = {
  text: "text",
  number: "number",
  date: "date",
  boolean: "yes or no",
  list: "list",
};

const eventChoice = (name: string): Choice => ({
  value: `event:${name}`,
  label: name,
  icon: <MousePointerClick aria-hidden="true" />,
  section: "Events they did or did not do",
  field: { kind: "event", event: name },
});

const accountChoice = ({ key, type, people }: SuggestedProperty): Choice => ({
  value: `account:${type}:${key}`,
  label: key,
  icon: <Building2 aria-hidden="true" />,
  detail: `${TYPE_WORDS[type]} · ${count(people)}`,
  section: "Properties of their accounts",
  field: { kind: "whose", of: "property", key, type },
});

const propertyChoice = (key: string, type: SuggestedProperty["type"], people = 0) => ({
  value: `property:${type}:${key}`,
  label: key,
  icon: <Tag aria-hidden="true" />,
  detail: people > 0 ? `${TYPE_WORDS[type]} · ${count(people)}` : TYPE_WORDS[type],
  field: { kind: "property" as const, key, type },
});
