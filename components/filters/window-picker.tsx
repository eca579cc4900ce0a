"use client";

import { useState } from "react";
import type { DraftWindow } from "@/components/filters/draft-types";
import { NumberInput, SmallInput } from "@/components/filters/typed-input";
import { useSuggestions } from "@/components/filters/use-suggestions";
import { Combobox } from "@/components/ui/combobox";

const KINDS: { [Kind in DraftWindow["kind"]]: string } = {
  last: "in the last",
  since: "since",
  between: "between",
  life: "within",
  later: "from day",
  ever: "ever",
};

const MOMENTS: { [Of in DraftWindow["of"]]: string } = {
  firstSeen: "being first seen",
  signedUp: "signing up",
  event: "their first",
};

const OF_ACCOUNTS: { [of: string]: string } = {
  signedUp: "its first sign-up",
  event: "its first",
};

const selectClass = "h-8 rounded-md border border-input bg-background px-1.5 text-base md:text-sm";

type MomentProps = { projectId: string; window: DraftWindow; change: (window: DraftWindow) => void };
/** `ofLife`: only windows that begin with a moment of each person's life. */
type WindowPickerProps = MomentProps & { ofLife: boolean; ofAccounts: boolean };

/** The time window of a condition. */
export function WindowPicker({ projectId, window, change, ofLife, ofAccounts }: WindowPickerProps) {
  const { kind, days, since, before } = window;
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      <select
        aria-label="Time window"
        value={kind}
        onChange={(event) => change({ ...window, kind: event.target.value as DraftWindow["kind"] })}
        className={selectClass}
      >
        {Object.entries(KINDS).flatMap(([value, label]) =>
          ofLife && value !== "life" && value !== "later" ? (
            []
          ) : (
            <option key={value} value={value}>
              {label}
            </option>
          ),
        )}
      </select>
      {kind === "last" && (
        <NumberInput
          label="Days to look back"
          text={days}
          type={(text) => change({ ...window, days: text })}
          unit={days === "1" ? "day" : "days"}
        />
      )}
      {(kind === "life" || kind === "later") && (
        <LifeMoment projectId={projectId} window={window} change={change} ofAccounts={ofAccounts} />
      )}
      {(kind === "since" || kind === "between") && (
        <SmallInput
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
          <SmallInput
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

/** "7 days of signing up": the length of a window, and the moment of each person's life at which it begins. */
function LifeMoment({ projectId, window, change, ofAccounts }: Omit<WindowPickerProps, "ofLife">) {
  const isLater = window.kind === "later";
  return (
    <>
      {isLater && (
        <NumberInput
          label="First day of the window"
          text={window.after}
          type={(after) => change({ ...window, after })}
          unit="to"
        />
      )}
      <NumberInput
        label={isLater ? "Last day of the window" : "Days of the window"}
        text={window.days}
        type={(days) => change({ ...window, days })}
        unit={isLater ? "after" : window.days === "1" ? "day of" : "days of"}
      />
      <select
        aria-label="Beginning of the window"
        value={window.of}
        onChange={(event) => change({ ...window, of: event.target.value as DraftWindow["of"] })}
        className={selectClass}
      >
        {Object.entries(MOMENTS).map(([value, label]) => (
          <option key={value} value={value}>
            {(ofAccounts && OF_ACCOUNTS[value]) || label}
          </option>
        ))}
      </select>
      {window.of === "event" && <FirstEvent projectId={projectId} window={window} change={change} />}
    </>
  );
}

function FirstEvent({ projectId, window, change }: MomentProps) {
  const [typed, setTyped] = useState(window.event);
  const query = typed.trim().toLowerCase();
  const { data, loading } = useSuggestions(projectId, { of: "fields", q: typed.trim() });
  const names = (data?.events ?? []).map(({ name }) => name).filter((name) => name.toLowerCase().includes(query));
  const all = query === "" || names.includes(typed.trim()) ? names : [...names, typed.trim()];
  const choose = (event: string) => {
    setTyped(event);
    change({ ...window, event });
  };
  return (
    <Combobox
      label="First event of the window"
      placeholder="Event"
      typed={typed}
      onType={setTyped}
      options={all.map((name) => ({ value: name, label: name }))}
      onChoose={choose}
      onBlur={() => setTyped(window.event)}
      empty={loading ? "Loading…" : "No such event yet."}
      autoFocus={window.event === ""}
    />
  );
}
