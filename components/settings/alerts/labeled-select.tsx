import { useId } from "react";

type ChoiceProps = {
  label: string;
  /** For screen readers only. */
  isHidden?: boolean;
  value: string;
  /** Labels by value, in order. */
  options: Readonly<Record<string, string>>;
  choose: (value: string) => void;
};

/** A select with its label. */
export function LabeledSelect({ label, isHidden = false, value, options, choose }: ChoiceProps) {
  const id = useId();
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className={isHidden ? "sr-only" : "font-medium text-sm"}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => choose(event.target.value)}
        className="h-9 min-w-0 rounded-md border border-input bg-background px-2.5 text-base md:text-sm"
      >
        {Object.entries(options).map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
