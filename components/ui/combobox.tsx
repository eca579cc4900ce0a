"use client";

import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { cn } from "@/components/ui/cn";
import { Input } from "@/components/ui/input";

export type ComboboxOption = { value: string; label: string; detail?: ReactNode; icon?: ReactNode; section?: string };

type ComboboxProps = {
  label: string;
  placeholder?: string;
  typed: string;
  onType: (text: string) => void;
  options: ComboboxOption[];
  onChoose: (value: string) => void;
  /** Shown when the list is empty. */
  empty?: string;
  autoFocus?: boolean;
  /** Called on Backspace in an empty field. */
  onBackspace?: () => void;
  onBlur?: () => void;
  className?: string;
};

/** A text field with a list of options, by keyboard or pointer (the ARIA combobox pattern). */
export function Combobox(props: ComboboxProps) {
  const { options, typed, onType, onChoose } = props;
  const id = useId();
  const [open, setOpen] = useState(props.autoFocus ?? false);
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const active = Math.min(at, options.length - 1);
  const go = (to: number) => {
    setOpen(true);
    setAt(to);
    list.current?.querySelectorAll("[role=option]")[to]?.scrollIntoView({ block: "nearest" });
  };
  const choose = (option: ComboboxOption | undefined) => {
    if (!option) return;
    onChoose(option.value);
    setAt(0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") go(Math.min(options.length - 1, active + 1));
    else if (event.key === "ArrowUp") go(Math.max(0, active - 1));
    else if (event.key === "Enter" && open) choose(options[active]);
    else if (event.key === "Escape" && open) {
      event.stopPropagation();
      setOpen(false);
    } else if (event.key === "Backspace" && typed === "") {
      props.onBackspace?.();
      return;
    } else return;
    event.preventDefault();
  };
  let section: string | undefined;
  return (
    <div className={cn("relative min-w-32 flex-1", props.className)}>
      <Input
        role="combobox"
        aria-label={props.label}
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={open && options.length > 0 ? `${id}-${active}` : undefined}
        placeholder={props.placeholder}
        autoComplete="off"
        spellCheck={false}
        autoFocus={props.autoFocus}
        value={typed}
        onChange={(event) => {
          onType(event.target.value);
          setAt(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onClick={() => setOpen(true)}
        onBlur={() => {
          setOpen(false);
          props.onBlur?.();
        }}
        onKeyDown={onKeyDown}
        className="h-8 px-2.5"
      />
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label={props.label}
        hidden={!open}
        className="absolute top-full left-0 z-20 mt-1 max-h-64 w-full min-w-64 overflow-y-auto rounded-md border bg-popover p-1 shadow-lg"
      >
        {options.map((option, index) => {
          const head = option.section !== section ? option.section : undefined;
          section = option.section;
          return (
            <div key={option.value} role="presentation">
              {head && (
                <div role="presentation" className="px-2 pt-2 pb-1 text-muted-foreground text-xs">
                  {head}
                </div>
              )}
              {/* biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus */}
              {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the field chooses */}
              <div
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === active}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => choose(option)}
                onMouseMove={() => index !== active && setAt(index)}
                className={cn(
                  "flex cursor-default items-center gap-2 rounded-sm px-2 py-1.5 text-sm [&_svg]:size-3.5 [&_svg]:text-muted-foreground",
                  index === active && "bg-muted",
                )}
              >
                {option.icon}
                <span className="truncate">{option.label}</span>
                {option.detail && (
                  <span className="ml-auto shrink-0 pl-2 text-muted-foreground text-xs">{option.detail}</span>
                )}
              </div>
            </div>
          );
        })}
        {options.length === 0 && (
          // biome-ignore lint/a11y/useFocusableInteractive: there is nothing to choose
          <div
            role="option"
            aria-disabled="true"
            aria-selected="false"
            className="px-2 py-3 text-muted-foreground text-sm"
          >
            {props.empty ?? "No options."}
          </div>
        )}
      </div>
    </div>
  );
}
