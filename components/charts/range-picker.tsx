"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useTransition } from "react";
import { cn } from "@/components/ui/cn";
import { Input } from "@/components/ui/input";
import { PRESET_DAYS, type PresetDays } from "@/lib/format/range";

const LABELS: Record<PresetDays, string> = { 7: "7 days", 30: "30 days", 90: "90 days", 365: "Year" };

export type RangePickerProps = { preset: PresetDays | null; first: string; last: string; today: string };

/** Picks a page's date range: the last days, or two dates. Keeps the other URL parameters. */
export function RangePicker({ preset, first, last, today }: RangePickerProps) {
  const router = useRouter();
  const pathname = usePathname();
  const current = useSearchParams();
  const [loading, startTransition] = useTransition();
  const go = (wanted: Record<string, string | null>) => {
    const query = new URLSearchParams(current);
    for (const [name, value] of Object.entries({ cursor: null, ...wanted })) {
      if (value === null) query.delete(name);
      else query.set(name, value);
    }
    startTransition(() => router.push(`${pathname}?${query}`, { scroll: false }));
  };
  return (
    <fieldset className={cn("flex flex-wrap items-center gap-2 transition-opacity", loading && "opacity-60")}>
      <legend className="sr-only">Days</legend>
      <div className="flex rounded-md border p-0.5">
        {PRESET_DAYS.map((days) => (
          <button
            key={days}
            type="button"
            aria-pressed={days === preset}
            onClick={() => go({ days: String(days), from: null, to: null })}
            className={cn(
              "h-6.5 rounded-sm px-2 text-xs",
              days === preset ? "bg-muted font-medium" : "text-muted-foreground hover:text-foreground",
            )}
          >
            {LABELS[days]}
          </button>
        ))}
      </div>
      <span className="flex items-center gap-1.5 text-muted-foreground text-xs">
        <DayInput label="From" value={first} max={last} onPick={(from) => go({ from, to: last, days: null })} />
        to
        <DayInput
          label="To"
          value={last}
          min={first}
          max={today}
          onPick={(to) => go({ from: first, to, days: null })}
        />
      </span>
    </fieldset>
  );
}

type DayInputProps = { label: string; value: string; min?: string; max?: string; onPick: (day: string) => void };

const DayInput = ({ label, value, min, max, onPick }: DayInputProps) => (
  <Input
    key={value}
    type="date"
    aria-label={label}
    defaultValue={value}
    min={min}
    max={max}
    onChange={({ target }) => {
      // A half-typed year is a valid date long ago.
      if (target.value >= "2000" && target.validity.valid) onPick(target.value);
    }}
    className="h-8 w-33 px-2 text-xs md:text-xs"
  />
);
