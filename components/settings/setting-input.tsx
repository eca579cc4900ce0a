import { Fragment } from "react";
import { Field } from "@/components/ui/field";
import { RadioCards } from "@/components/ui/radio-cards";
import type { SettingField } from "@/lib/projects/setting-list";

type InputProps = { field: SettingField; text: string; error?: string };

/** The input of a setting, by kind. `text`: the stored value, or the rejected input. */
export function SettingInput({ field, text, error }: InputProps) {
  const { key, label, placeholder } = field;
  const hint = <Hint text={field.hint} />;
  switch (field.kind) {
    case "choice":
      return (
        <div className="grid gap-2">
          <RadioCards name={key} legend={label} defaultValue={text} cards={[...(field.choices ?? [])]} />
          <Below id={`setting-${key}`} hint={hint} error={error} />
        </div>
      );
    case "switch":
      return <Switch field={field} text={text} error={error} />;
    case "list":
      return <ListInput field={field} text={text} error={error} />;
    case "number":
      return (
        <Field
          name={key}
          label={field.unit ? `${label}, in ${field.unit}` : label}
          defaultValue={text}
          hint={hint}
          error={error}
          inputMode="numeric"
          autoComplete="off"
          className="max-w-40 tabular-nums"
        />
      );
    case "text":
      return (
        <Field
          name={key}
          label={label}
          defaultValue={text}
          hint={hint}
          error={error}
          placeholder={placeholder}
          required={field.required}
          autoComplete="off"
        />
      );
  }
}

function Switch({ field: { key, label, hint }, text, error }: InputProps) {
  return (
    <label className="flex cursor-pointer gap-3">
      <input
        type="checkbox"
        name={key}
        defaultChecked={text === "on"}
        aria-describedby={`setting-${key}-hint`}
        aria-invalid={error ? true : undefined}
        className="mt-0.5 size-4 shrink-0 accent-primary"
      />
      <span className="grid gap-0.5">
        <span className="font-medium text-sm">{label}</span>
        <Below id={`setting-${key}`} hint={<Hint text={hint} />} error={error} />
      </span>
    </label>
  );
}

/** A list, one entry per line; monospaced, as entries match exactly. */
function ListInput({ field: { key, label, hint, placeholder }, text, error }: InputProps) {
  const id = `setting-${key}`;
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      <textarea
        id={id}
        name={key}
        defaultValue={text}
        placeholder={placeholder}
        aria-describedby={error ? `${id}-error ${id}-hint` : `${id}-hint`}
        aria-invalid={error ? true : undefined}
        rows={Math.min(8, Math.max(3, text.split("\n").length + 1))}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        className="w-full min-w-0 rounded-md border border-input bg-background px-3 py-2 font-mono text-base leading-5 outline-offset-0 placeholder:text-muted-foreground/80 disabled:opacity-50 aria-invalid:border-destructive md:text-[13px]"
      />
      <Below id={id} hint={<Hint text={hint} />} error={error} />
    </div>
  );
}

function Below({ id, hint, error }: { id: string; hint: React.ReactNode; error?: string }) {
  return (
    <>
      {error && (
        <span id={`${id}-error`} className="text-destructive text-sm">
          {error}
        </span>
      )}
      <span id={`${id}-hint`} className="text-muted-foreground text-sm">
        {hint}
      </span>
    </>
  );
}

/** Plain text with `code` in backticks. */
function Hint({ text }: { text: string }) {
  return text.split("`").map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the text never changes
      <code key={index} className="font-mono text-[0.93em] break-words">
        {part}
      </code>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the text never changes
      <Fragment key={index}>{part}</Fragment>
    ),
  );
}
