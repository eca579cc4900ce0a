import type { ReactNode } from "react";
import { cn } from "./cn";

export type RadioCard = { value: string; title: string; text: ReactNode };

type RadioCardsProps = {
  name: string;
  legend: string;
  cards: RadioCard[];
  defaultValue: string;
  /** One below the other, in narrow forms. */
  stacked?: boolean;
};

/** A single choice with descriptions. Native radio buttons: arrow keys work, also without JavaScript. */
export function RadioCards(props: RadioCardsProps) {
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-2 font-medium text-sm">{props.legend}</legend>
      <div
        className={cn("grid gap-3", !props.stacked && (props.cards.length === 3 ? "sm:grid-cols-3" : "sm:grid-cols-2"))}
      >
        {props.cards.map((card) => (
          <label
            key={card.value}
            className="relative flex cursor-pointer gap-3 rounded-lg border p-4 hover:bg-muted/60 has-checked:border-primary has-checked:bg-accent/50 has-focus-visible:outline-2 has-focus-visible:outline-ring"
          >
            <input
              type="radio"
              name={props.name}
              value={card.value}
              defaultChecked={card.value === props.defaultValue}
              aria-labelledby={`${props.name}-${card.value}`}
              aria-describedby={`${props.name}-${card.value}-text`}
              className="mt-0.5 size-4 shrink-0 accent-primary outline-none"
            />
            <span className="grid content-start gap-1">
              <span id={`${props.name}-${card.value}`} className="font-medium text-sm">
                {card.title}
              </span>
              <span id={`${props.name}-${card.value}-text`} className="text-muted-foreground text-sm">
                {card.text}
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
