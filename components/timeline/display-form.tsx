"use client";

import { useRouter } from "next/navigation";
import { useOptimistic, useTransition } from "react";
import { COLORS, ICONS } from "@/components/timeline/event-style";
import { cn } from "@/components/ui/cn";
import { notify } from "@/components/ui/notify";
import { EVENT_COLORS, EVENT_ICONS, type EventDisplay } from "@/lib/events/types";
import { humanName } from "@/lib/format/human-name";

/** Saves an event's display; resolves to an error, or null. */
export type DisplayActions = { save: (name: string, display: EventDisplay) => Promise<string | null> };

const DEFAULT: EventDisplay = { icon: null, color: null, conversion: false };

/** Icon, colour and conversion flag of an event name; saved on every click. */
export function DisplayForm(props: { name: string; display: EventDisplay | undefined; actions: DisplayActions }) {
  const { name, actions } = props;
  const router = useRouter();
  const [, startTransition] = useTransition();
  const [display, setDisplay] = useOptimistic(props.display ?? DEFAULT);
  const change = (part: Partial<EventDisplay>) =>
    startTransition(async () => {
      const wanted = { ...display, ...part };
      setDisplay(wanted);
      const fault = await actions.save(name, wanted).catch(() => "Could not save. Try again.");
      if (fault !== null) notify("error", fault);
      router.refresh();
    });
  return (
    <div className="grid gap-3 text-[13px]">
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          className="size-4 accent-primary"
          checked={display.conversion}
          onChange={(event) => change({ conversion: event.target.checked })}
        />
        “{humanName(name)}” is a conversion
      </label>
      <fieldset className="flex flex-wrap gap-1">
        <legend className="mb-1 text-muted-foreground text-xs">Icon</legend>
        {EVENT_ICONS.map((icon) => {
          const Icon = ICONS[icon];
          return (
            <Choice
              key={icon}
              label={icon}
              chosen={display.icon === icon}
              onChoose={(on) => change({ icon: on ? icon : null })}
            >
              <Icon aria-hidden="true" className="size-4" />
            </Choice>
          );
        })}
      </fieldset>
      <fieldset className="flex flex-wrap gap-1">
        <legend className="mb-1 text-muted-foreground text-xs">Colour</legend>
        {EVENT_COLORS.map((color) => (
          <Choice
            key={color}
            label={color}
            chosen={display.color === color}
            onChoose={(on) => change({ color: on ? color : null })}
          >
            <span
              aria-hidden="true"
              className={cn("flex size-5 items-center justify-center rounded-full", COLORS[color])}
            >
              <span className="size-2 rounded-full bg-current" />
            </span>
          </Choice>
        ))}
      </fieldset>
    </div>
  );
}

type ChoiceProps = { label: string; chosen: boolean; onChoose: (on: boolean) => void; children: React.ReactNode };

/** A single choice; choosing it again clears it. */
function Choice({ label, chosen, onChoose, children }: ChoiceProps) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      aria-label={label}
      title={label}
      onClick={() => onChoose(!chosen)}
      className={cn(
        "flex size-8 items-center justify-center rounded-md border text-muted-foreground hover:bg-muted",
        chosen ? "border-primary bg-accent text-accent-foreground" : "border-transparent",
      )}
    >
      {children}
    </button>
  );
}
