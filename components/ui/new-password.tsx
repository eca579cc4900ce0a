"use client";

import { type ComponentProps, useEffect, useRef, useState } from "react";
import { cn } from "@/components/ui/cn";
import type { Field } from "@/components/ui/field";
import { PasswordInput } from "@/components/ui/password-input";
import { PASSWORD_MIN_LENGTH, type PasswordVerdict } from "@/lib/auth/password-hint";
import { pluralCount } from "@/lib/format/number";
import { type ActionState, IDLE } from "@/lib/http/form";

/** Rates the password on the server, as the final check does. */
export type JudgePassword = (
  previous: ActionState<PasswordVerdict>,
  form: FormData,
) => Promise<ActionState<PasswordVerdict>>;

type NewPasswordProps = ComponentProps<typeof Field> & { judge: JudgePassword };

/** Debounce before the server rates the password, in ms. */
const PAUSE_MS = 350;
/** The fields that the verdict compares with the password, if the form has them; nothing else is sent. */
const CONTEXT = ["name", "email", "projectName"] as const;
const COLORS = { 0: "bg-border", 1: "bg-destructive", 2: "bg-warning", 3: "bg-positive" } as const;

/**
 * A field for a new password that rates it as it is typed, and can show it. The meter and its words take up space from
 * the start, so nothing moves.
 */
export function NewPassword({ label, hint, error, id, judge, ...input }: NewPasswordProps) {
  const inputId = id ?? `field-${input.name}`;
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const [judged, setJudged] = useState<{ typed: string; verdict: PasswordVerdict } | null>(null);
  const missing = PASSWORD_MIN_LENGTH - [...typed].length;
  useEffect(() => {
    if (missing > 0) return;
    let isCurrent = true;
    const timer = setTimeout(async () => {
      const answer = await judge(IDLE, contextOf(field.current, typed)).catch(() => null);
      if (isCurrent && answer?.status === "done") setJudged({ typed, verdict: answer.data });
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [typed, missing, judge]);
  useEffect(() => {
    const form = field.current?.form;
    const forget = () => setTyped(""); // React empties a form once its action has answered
    form?.addEventListener("reset", forget);
    return () => form?.removeEventListener("reset", forget);
  }, []);
  const verdict = missing <= 0 && judged?.typed === typed ? judged.verdict : null;
  const level = verdict?.level ?? 0;
  return (
    <div className="grid gap-1.5">
      <label htmlFor={inputId} className="font-medium text-sm">
        {label}
      </label>
      <PasswordInput
        {...input}
        ref={field}
        id={inputId}
        aria-invalid={error ? true : undefined}
        aria-describedby={[error && `${inputId}-error`, `${inputId}-hint`].filter(Boolean).join(" ")}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <div aria-hidden="true" data-level={level} className="grid grid-cols-3 gap-1">
        {[1, 2, 3].map((step) => (
          <span key={step} className={cn("h-1 rounded-full", COLORS[step <= level ? level : 0])} />
        ))}
      </div>
      {error && (
        <p id={`${inputId}-error`} className="text-destructive text-sm">
          {error}
        </p>
      )}
      <div className="grid min-h-10 text-muted-foreground text-sm">
        <p id={`${inputId}-hint`} className={cn("col-start-1 row-start-1", typed !== "" && "invisible")}>
          {hint}
        </p>
        <p role="status" className="col-start-1 row-start-1 text-pretty">
          {typed === "" ? "" : (verdict?.words ?? (missing > 0 ? `${pluralCount(missing, "more character")}.` : ""))}
        </p>
      </div>
    </div>
  );
}

function contextOf(field: HTMLInputElement | null, password: string): FormData {
  const form = new FormData();
  form.set("password", password);
  for (const name of CONTEXT) {
    const other = field?.form?.elements.namedItem(name);
    if (other instanceof HTMLInputElement) form.set(name, other.value);
  }
  return form;
}
