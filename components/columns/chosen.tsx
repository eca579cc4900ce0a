"use client";

import { ArrowDown, ArrowUp, X } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { ColumnName } from "@/components/columns/column-name";
import { Button } from "@/components/ui/button";

export type ChosenColumnsProps<Id extends string> = {
  /** "Shown, after the person" */
  title: string;
  chosen: readonly Id[];
  labelOf: (id: Id) => string;
  /** The action that removes a column: "Hide", "Remove". */
  removing: string;
  onChange: (chosen: Id[]) => void;
  /** Extra actions on a column. */
  extra?: (id: Id) => ReactNode;
};

/** The chosen columns: reordered by dragging or by buttons, or removed. */
export function ChosenColumns<Id extends string>(props: ChosenColumnsProps<Id>) {
  const { title, chosen, labelOf, removing, onChange, extra } = props;
  const [dragged, setDragged] = useState<number | null>(null);
  const heading = useId();
  const move = (from: number, to: number) => {
    const next = chosen.toSpliced(from, 1);
    next.splice(to, 0, chosen[from] as Id);
    onChange(next);
  };
  return (
    <section aria-labelledby={heading} className="border-b p-1.5">
      <h2 id={heading} className="px-2 py-1 text-muted-foreground text-xs">
        {title}
      </h2>
      <ol>
        {chosen.map((id, index) => (
          <li
            key={id}
            draggable
            onDragStart={() => setDragged(index)}
            onDragOver={(event) => dragged !== null && event.preventDefault()}
            onDrop={() => dragged !== null && dragged !== index && move(dragged, index)}
            onDragEnd={() => setDragged(null)}
            className="flex cursor-grab items-center rounded-sm pl-2 hover:bg-muted"
          >
            <span className="mr-auto flex min-w-0">
              <ColumnName id={id} label={labelOf(id)} />
            </span>
            <SmallButton label={`Move ${labelOf(id)} up`} disabled={index === 0} onClick={() => move(index, index - 1)}>
              <ArrowUp aria-hidden="true" />
            </SmallButton>
            <SmallButton
              label={`Move ${labelOf(id)} down`}
              disabled={index === chosen.length - 1}
              onClick={() => move(index, index + 1)}
            >
              <ArrowDown aria-hidden="true" />
            </SmallButton>
            {extra?.(id)}
            <SmallButton
              label={`${removing} ${labelOf(id)}`}
              onClick={() => onChange(chosen.filter((other) => other !== id))}
            >
              <X aria-hidden="true" />
            </SmallButton>
          </li>
        ))}
      </ol>
    </section>
  );
}

type SmallButtonProps = {
  label: string;
  disabled?: boolean;
  pressed?: boolean;
  onClick: () => void;
  children: ReactNode;
};

/** An icon button beside a column's name. */
export const SmallButton = ({ label, pressed, children, ...props }: SmallButtonProps) => (
  <Button
    variant="ghost"
    size="none"
    aria-label={label}
    title={label}
    aria-pressed={pressed}
    className="size-7 [&_svg]:size-3.5"
    {...props}
  >
    {children}
  </Button>
);
