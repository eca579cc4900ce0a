"use client";

import { useActionState, useEffect, useRef } from "react";
import { SettingInput } from "@/components/settings/setting-input";
import { ErrorMessage } from "@/components/ui/error-message";
import { notify } from "@/components/ui/notify";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";
import type { SettingField } from "@/lib/projects/setting-list";

type SettingsFormProps = {
  projectId: string;
  group: string;
  fields: SettingField[];
  action: (previous: ActionState<string>, form: FormData) => Promise<ActionState<string>>;
  /** null for members who may only view. */
  submit: string | null;
};

/** A settings section with its own save button. A rejected form keeps the input and shows errors at the fields. */
export function SettingsForm({ projectId, group, fields, action, submit }: SettingsFormProps) {
  const [state, save] = useActionState(action, IDLE);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (state.status === "done") notify("success", state.data);
    if (state.status === "failed") form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [state]);
  const failed = state.status === "failed" ? state : undefined;
  const fieldAtFault = failed?.field?.split(".", 1)[0];
  const isShown = fields.some(({ key }) => key === fieldAtFault);
  return (
    <form ref={form} action={save} className="grid gap-4" noValidate>
      <input type="hidden" name="projectId" value={projectId} />
      <input type="hidden" name="group" value={group} />
      <fieldset disabled={submit === null} className="grid min-w-0 gap-5">
        {fields.map((field) => (
          <SettingInput
            key={field.key}
            field={field}
            text={failed ? (failed.values[field.key] ?? "") : field.text}
            error={failed && fieldAtFault === field.key ? failed.message : undefined}
          />
        ))}
      </fieldset>
      {failed && !isShown && <ErrorMessage>{failed.message}</ErrorMessage>}
      {submit && <SubmitButton className="justify-self-start">{submit}</SubmitButton>}
    </form>
  );
}
