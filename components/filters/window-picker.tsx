"use client";

import type { DraftWindow } from "@/components/filters/draft";
import { Numbered, Small } from "@/components/filters/typed-input";

const KINDS: { [Kind in DraftWindow["kind"]]: string } = {
  last: "in the last",
  since: "since",
  between: "between",
  ever: "ever",
};

/** The time window of an event condition. */
export function WindowPicker({ window, change }: { window: DraftWindow; change: (window: DraftWindow) => void }) {
  const { kind, days, since, before } = window;
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      <select
        aria-label="Time window"
        value={kind}
        onChange={(event) => change({ ...window, kind: event.target.value as DraftWindow["kind"] })}
        className="h-8 rounded-md border border-input bg-background px-1.5 text-base md:text-sm"
      >
        {Object.entries(KINDS).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      {kind === "last" && (
        <Numbered
          label="Days to look back"
          text={days}
          type={(text) => change({ ...window, days: text })}
          unit={days === "1" ? "day" : "days"}
        />
      )}
      {(kind === "since" || kind === "between") && (
        <Small
          kind="date"
          label="From this day"
          text={since}
          type={(text) => change({ ...window, since: text })}
          className="w-36"
        />
      )}
      {kind === "between" && (
        <>
          <span className="text-muted-foreground text-sm">and</span>
          <Small
            kind="date"
            label="Before this day"
            text={before}
            type={(text) => change({ ...window, before: text })}
            className="w-36"
          />
        </>
      )}
    </span>
  );
}
