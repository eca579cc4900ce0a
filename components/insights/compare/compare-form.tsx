"use client";

import { usePathname, useRouter } from "next/navigation";
import { type ReactNode, useTransition } from "react";
import { cn } from "@/components/ui/cn";
import { Input } from "@/components/ui/input";

const PAIRS = [
  ["retained", "Retained and churned people"],
  ["power", "Power users and other identified users"],
  ["signedUp", "Signed up and not"],
  ["converted", "Converted and not"],
  ["paying", "Paying and not"],
  ["segment", "A segment and everybody else"],
  ["segments", "Two segments"],
] as const;
const LIFE = [
  ["1", "day"],
  ["7", "week"],
  ["30", "30 days"],
] as const;
const DATED = [
  ["7", "7 days"],
  ["30", "30 days"],
  ["90", "90 days"],
] as const;
const DAY_MS = 86_400_000;
/** After a date, there must be time to see the outcome. */
const DAYS_AFTER = 30;

type Shown = { [name: string]: string };
type CompareFormProps = {
  segments: { id: string; name: string }[];
  conversions: string[];
  shown: Shown;
  today: string;
};

/** Chooses the groups and the window; each choice is a new URL. */
export function CompareForm({ segments, conversions, shown, today }: CompareFormProps) {
  const router = useRouter();
  const pathname = usePathname();
  const [loading, startTransition] = useTransition();
  const go = (wanted: Shown) => {
    const chosen = Object.entries({ ...shown, ...wanted }).filter(([, value]) => value !== "");
    const query = new URLSearchParams(chosen);
    startTransition(() => router.push(`${pathname}?${query}`, { scroll: false }));
  };
  const pair = shown.pair || "retained";
  const starts = shown.date ? "date" : shown.of || "firstSeen";
  const latest = pair.startsWith("segment") ? today : dayBefore(today, DAYS_AFTER);
  const goPair = (wanted: string) =>
    go({
      pair: wanted,
      a: wanted.startsWith("segment") ? shown.a || (segments[0]?.id ?? "") : "",
      b: wanted === "segments" ? shown.b || (segments.find(({ id }) => id !== shown.a)?.id ?? "") : "",
      event: wanted === "converted" ? shown.event || (conversions[0] ?? "") : "",
      of: wanted === "signedUp" ? "" : (shown.of ?? ""),
    });
  const goStart = (wanted: string) => {
    if (wanted === "date") return go({ of: "", date: latest, days: shown.days === "1" ? "7" : (shown.days ?? "") });
    go({ of: wanted === "firstSeen" ? "" : wanted, date: "", days: shown.days === "90" ? "30" : (shown.days ?? "") });
  };
  const segmentOptions = segments.map(({ id, name }) => [id, name] as const);
  return (
    <search
      aria-label="What is compared"
      className={cn("flex flex-wrap items-end gap-x-4 gap-y-3 transition-opacity", loading && "opacity-60")}
    >
      <Select label="Compare" value={pair} options={PAIRS} pick={goPair} />
      {pair.startsWith("segment") && (
        <Select
          label={pair === "segments" ? "First segment" : "Segment"}
          value={shown.a ?? ""}
          options={segmentOptions}
          empty={segments.length === 0 ? "There are no segments yet" : "Choose a segment"}
          pick={(a) => go({ a })}
        />
      )}
      {pair === "segments" && (
        <Select
          label="Second segment"
          value={shown.b ?? ""}
          options={segmentOptions}
          empty="Choose a segment"
          pick={(b) => go({ b })}
        />
      )}
      {pair === "converted" && (
        <Select
          label="Conversion"
          value={shown.event ?? ""}
          options={conversions.map((name) => [name, name] as const)}
          empty={conversions.length === 0 ? "No event is a conversion yet" : "Choose an event"}
          pick={(event) => go({ event })}
        />
      )}
      <Select
        label="By what they did in"
        value={starts}
        options={[
          ["firstSeen", "their first days"],
          ...(pair === "signedUp" ? [] : ([["signedUp", "the days after signing up"]] as const)),
          ["date", "the days before a date"],
        ]}
        pick={goStart}
      />
      <Select
        label="How long"
        value={shown.days || "7"}
        options={starts === "date" ? DATED : LIFE}
        pick={(days) => go({ days })}
      />
      {starts === "date" && (
        <Labelled label="Date (UTC)">
          <Input
            key={shown.date}
            type="date"
            defaultValue={shown.date}
            max={latest}
            onChange={({ target }) => {
              if (target.value >= "2000" && target.validity.valid) go({ date: target.value });
            }}
            className="h-8 w-36 px-2 text-[13px] md:text-[13px]"
          />
        </Labelled>
      )}
    </search>
  );
}

const dayBefore = (day: string, days: number): string =>
  new Date(Date.parse(day) - days * DAY_MS).toISOString().slice(0, 10);

const Labelled = ({ label, children }: { label: string; children: ReactNode }) => (
  // biome-ignore lint/a11y/noLabelWithoutControl: the control is its child
  <label className="grid min-w-0 gap-1 text-muted-foreground text-xs">
    {label}
    {children}
  </label>
);

type SelectProps = {
  label: string;
  value: string;
  options: readonly (readonly [value: string, label: string])[];
  empty?: string;
  pick: (value: string) => void;
};

function Select({ label, value, options, empty, pick }: SelectProps) {
  const known = options.some(([one]) => one === value);
  return (
    <Labelled label={label}>
      <select
        value={value}
        onChange={({ target }) => pick(target.value)}
        className="h-8 max-w-72 rounded-md border border-input bg-background px-2 text-[13px] text-foreground"
      >
        {empty !== undefined && (
          <option value="" disabled>
            {empty}
          </option>
        )}
        {!known && value !== "" && <option value={value}>{value}</option>}
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}
