"use client";

import { useActionState } from "react";
import { RoleSelect } from "@/components/settings/role-select";
import { confirmed } from "@/components/ui/confirmed";
import { ErrorMessage } from "@/components/ui/error-message";
import { Field } from "@/components/ui/field";
import type { FormAction } from "@/components/ui/fields-form";
import { SubmitButton } from "@/components/ui/submit-button";
import { IDLE } from "@/lib/http/form";

export function InviteForm({
  projectId,
  isOwner,
  action,
}: {
  projectId: string;
  isOwner: boolean;
  action: FormAction;
}) {
  const [state, send] = useActionState(confirmed(action), IDLE);
  const failed = state.status === "failed" ? state : undefined;
  return (
    <form action={send} className="grid gap-4" noValidate>
      {failed && failed.field !== "email" && <ErrorMessage>{failed.message}</ErrorMessage>}
      <input type="hidden" name="projectId" value={projectId} />
      <Field
        name="email"
        label="E-mail"
        type="email"
        autoComplete="off"
        placeholder="colleague@example.com"
        defaultValue={failed?.values.email}
        error={failed?.field === "email" ? failed.message : undefined}
        hint="Leave it empty for a link that anybody can use once."
      />
      <div className="grid gap-1.5">
        <label htmlFor="invite-role" className="font-medium text-sm">
          Role
        </label>
        <RoleSelect
          id="invite-role"
          isOwner={isOwner}
          key={failed?.values.role}
          defaultValue={failed?.values.role ?? "editor"}
        />
      </div>
      <div className="flex flex-wrap items-center gap-3">
        <SubmitButton>Invite</SubmitButton>
        <p role="status" className="text-muted-foreground text-sm">
          {state.status === "done" ? state.data : ""}
        </p>
      </div>
    </form>
  );
}
