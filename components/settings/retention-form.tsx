"use client";

import { useActionState, useEffect, useState } from "react";
import { RetentionPreviewTable } from "@/components/settings/retention-preview";
import { SettingInput } from "@/components/settings/setting-input";
import { ErrorMessage } from "@/components/ui/error-message";
import { notify } from "@/components/ui/notify";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";
import type { RetentionPreview } from "@/lib/privacy/retention-preview.queries";
import type { SettingField } from "@/lib/projects/setting-list";

type Action<T> = (previous: ActionState<T>, form: FormData) => Promise<ActionState<T>>;
type RetentionFormProps = {
  projectId: string;
  fields: SettingField[];
  editable: boolean;
  save: Action<string>;
  preview: Action<RetentionPreview>;
};

type Shown =
  | { of: "preview"; state: ActionState<RetentionPreview>; typed: Record<string, string> }
  | { of: "save"; state: ActionState<string>; typed: Record<string, string> };

/** The limits, saved only after a preview of what they would delete, as deletion cannot be undone. */
export function RetentionForm({ projectId, fields, editable, save, preview }: RetentionFormProps) {
  const [shown, send] = useActionState(async (_: Shown | null, form: FormData): Promise<Shown> => {
    const typed = Object.fromEntries(fields.map(({ key }) => [key, String(form.get(key) ?? "")]));
    return form.get("intent") === "save"
      ? { of: "save", state: await save(IDLE, form), typed }
      : { of: "preview", state: await preview(IDLE, form), typed };
  }, null);
  useEffect(() => {
    if (shown?.of === "save" && shown.state.status === "done") notify("success", shown.state.data);
  }, [shown]);
  const failed = shown?.state.status === "failed" ? shown.state : undefined;
  const fieldAtFault = failed?.field?.split(".", 1)[0];
  // The preview does not cover later changes.
  const [isChanged, setChanged] = useState(false);
  useEffect(() => {
    if (shown) setChanged(false);
  }, [shown]);
  const going = !isChanged && shown?.of === "preview" && shown.state.status === "done" ? shown.state.data : null;
  return (
    <form action={send} className="grid gap-5" noValidate onInput={() => setChanged(true)}>
      <input type="hidden" name="projectId" value={projectId} />
      <input type="hidden" name="group" value="retention" />
      <fieldset disabled={!editable} className="grid min-w-0 gap-5">
        {fields.map((field) => (
          <SettingInput
            key={field.key}
            field={field}
            text={shown?.typed[field.key] ?? field.text}
            error={failed && fieldAtFault === field.key ? failed.message : undefined}
          />
        ))}
      </fieldset>
      {failed && !fields.some(({ key }) => key === fieldAtFault) && <ErrorMessage>{failed.message}</ErrorMessage>}
      {going && <RetentionPreviewTable going={going} />}
      {editable && (
        <div className="flex flex-wrap gap-2">
          <SubmitButton variant={going ? "outline" : "primary"} name="intent" value="preview">
            Preview
          </SubmitButton>
          {going && (
            <SubmitButton variant="destructive" name="intent" value="save">
              {isNothing(going) ? "Save limits" : "Save and delete"}
            </SubmitButton>
          )}
        </div>
      )}
    </form>
  );
}

const isNothing = ({ events, others, sessions, visitors }: RetentionPreview): boolean =>
  events.length === 0 && !others?.count && !sessions?.count && !visitors?.count;
