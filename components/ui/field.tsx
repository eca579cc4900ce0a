import type { ComponentProps, ReactNode } from "react";
import { Input } from "@/components/ui/input";
import { PasswordInput } from "@/components/ui/password-input";

type FieldProps = ComponentProps<typeof Input> & { name: string; label: string; hint?: ReactNode; error?: string };

/** An input with its label, hint and error, linked for screen readers; a password can be shown. */
export function Field({ label, hint, error, id, ...input }: FieldProps) {
  const inputId = id ?? `field-${input.name}`;
  const Control = input.type === "password" ? PasswordInput : Input;
  const described = [hint && `${inputId}-hint`, error && `${inputId}-error`].filter(Boolean).join(" ");
  return (
    <div className="grid gap-1.5">
      <label htmlFor={inputId} className="font-medium text-sm">
        {label}
      </label>
      <Control
        id={inputId}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        {...input}
      />
      {error && (
        <p id={`${inputId}-error`} className="text-destructive text-sm">
          {error}
        </p>
      )}
      {hint && (
        <p id={`${inputId}-hint`} className="text-muted-foreground text-sm">
          {hint}
        </p>
      )}
    </div>
  );
}
