import type { ReactNode } from "react";

type ListFieldProps = {
  name: string;
  label: string;
  hint: ReactNode;
  defaultValue: readonly string[];
  placeholder: string;
};

/** A list of names, one a line; monospaced, because they are compared letter by letter. */
export function ListField({ name, label, hint, defaultValue, placeholder }: ListFieldProps) {
  return (
    <div className="grid gap-1.5">
      <label htmlFor={`list-${name}`} className="font-medium text-sm">
        {label}
      </label>
      <textarea
        id={`list-${name}`}
        name={name}
        defaultValue={defaultValue.join("\n")}
        placeholder={placeholder}
        aria-describedby={`list-${name}-hint`}
        rows={Math.min(8, Math.max(3, defaultValue.length + 1))}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        className="w-full min-w-0 rounded-md border border-input bg-background px-3 py-2 font-mono text-base leading-5 outline-offset-0 placeholder:text-muted-foreground/80 disabled:opacity-50 md:text-[13px]"
      />
      <p id={`list-${name}-hint`} className="text-muted-foreground text-sm">
        {hint}
      </p>
    </div>
  );
}
