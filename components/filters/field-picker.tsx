"use client";

import { Building2, MousePointerClick, Tag, User } from "lucide-react";
import { useState } from "react";
import type { ConditionField } from "@/components/filters/draft-types";
import { builtInFields, type FieldOwner } from "@/components/filters/fields";
import { useSuggestions } from "@/components/filters/use-suggestions";
import { Combobox, type ComboboxOption } from "@/components/ui/combobox";
import { formatCount } from "@/lib/format/number";
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
  owner: FieldOwner;
  choose: (field: ConditionField) => void;
  /** Takes the focus and opens, for a condition just added. */
  autoFocus?: boolean;
};

type Choice = ComboboxOption & { field: ConditionField };

/** Picks the field of a condition: an event, a property of people or accounts, or a built-in field. */
export function FieldPicker({ projectId, owner, choose, autoFocus = true }: FieldPickerProps) {
  const [typed, setTyped] = useState("");
  const query = typed.trim().toLowerCase();
  const { data, loading } = useSuggestions(
    projectId,
    owner.of === "event" ? { of: "eventProperties", event: owner.event } : { of: "fields", q: typed.trim() },
  );
  const isEvent = owner.of === "event";
  const isAccounts = owner.of === "accounts";
  const properties = isAccounts ? [] : [...(data?.properties ?? []), ...(isEvent ? OF_EVENTS : [])];
  // Without a search, a few of each, so that all three sections are visible.
  const most = query === "" && !isEvent ? 6 : Number.POSITIVE_INFINITY;
  const builtIn: Choice[] = [
    ...(data?.events ?? []).slice(0, most).map(({ name }) => eventChoice(name, isAccounts)),
    ...properties.slice(0, most).map((one) => ({
      ...propertyChoice(one.key, one.type, one.people),
      section: sectionOf(one, isEvent),
    })),
    ...(owner.of === "members" ? [] : (data?.accountProperties ?? []))
      .slice(0, most)
      .map((one) => accountChoice(one, isAccounts)),
    ...builtInFields(owner).map((one) => ({
      ...one,
      value: `built-in:${one.label}`,
      icon: isAccounts ? <Building2 aria-hidden="true" /> : <User aria-hidden="true" />,
      section: isAccounts ? "About every account" : "About every person",
    })),
  ].filter(({ label }) => label.toLowerCase().includes(query));
  const exact = builtIn.some(({ label }) => label === typed.trim());
  const asTyped: Choice[] =
    query === "" || exact || loading
      ? []
      : [
          isAccounts
            ? { ...accountChoice({ key: typed.trim(), type: "text", people: 0 }, true), section: "As typed" }
            : { ...propertyChoice(typed.trim(), "text"), section: "As typed" },
          ...(isEvent ? [] : [{ ...eventChoice(typed.trim(), isAccounts), section: "As typed" }]),
        ];
  // Offers nothing before the first response: later items would move the one about to be clicked.
  const options = data === null && loading ? [] : [...builtIn, ...asTyped];
  return (
    <Combobox
      label="Field of the condition"
      placeholder={isEvent ? "Property of the event" : "Event, property or other field"}
      typed={typed}
      onType={setTyped}
      options={options}
      onChoose={(value) => {
        const option = options.find((one) => one.value === value);
        if (option) choose(option.field);
      }}
      empty={loading ? "Loading…" : "No matching data has been sent."}
      autoFocus={autoFocus}
    />
  );
}

/** The population whose values were counted; built-in event fields are not counted. */
function sectionOf({ people }: SuggestedProperty, isEvent: boolean): string {
  if (!isEvent) return "Properties of recently seen people";
  return people > 0 ? "Properties of its latest events" : "About every event";
}

const TYPE_WORDS: Record<SuggestedProperty["type"], string> = {
  text: "text",
  number: "number",
  date: "date",
  boolean: "yes or no",
  list: "list",
};

const eventChoice = (name: string, ofAccounts: boolean): Choice => ({
  value: `event:${name}`,
  label: name,
  icon: <MousePointerClick aria-hidden="true" />,
  section: ofAccounts ? "Events their people did or did not do" : "Events they did or did not do",
  field: ofAccounts ? { kind: "whose", of: "did", event: name } : { kind: "event", event: name },
});

const accountChoice = ({ key, type, people }: SuggestedProperty, ofAccounts: boolean): Choice => ({
  value: `account:${type}:${key}`,
  label: key,
  icon: <Building2 aria-hidden="true" />,
  detail: people > 0 ? `${TYPE_WORDS[type]} · ${formatCount(people)}` : TYPE_WORDS[type],
  section: ofAccounts ? "Properties of recently seen accounts" : "Properties of their accounts",
  field: { kind: "whose", of: "property", key, type },
});

const propertyChoice = (key: string, type: SuggestedProperty["type"], people = 0) => ({
  value: `property:${type}:${key}`,
  label: key,
  icon: <Tag aria-hidden="true" />,
  detail: people > 0 ? `${TYPE_WORDS[type]} · ${formatCount(people)}` : TYPE_WORDS[type],
  field: { kind: "property" as const, key, type },
});
