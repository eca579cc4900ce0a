"use client";

import { useActionState, useState } from "react";
import { confirmed } from "@/components/ui/confirmed";
import { ErrorMessage } from "@/components/ui/error-message";
import { Field } from "@/components/ui/field";
import type { FormAction } from "@/components/ui/fields-form";
import { SubmitButton } from "@/components/ui/submit-button";
import { IDLE } from "@/lib/http/form";

type Organization = { id: string; name: string; projects: string[] };

type DeleteAccountProps = { email: string; alone: Organization[]; left: Organization[]; action: FormAction };

const named = ({ name, projects }: Organization): string =>
  projects.length > 0 ? `${name}, with ${projects.join(", ")} and everything in it` : name;

/** Explains what is deleted with a member's account and what stays, and asks for its address as confirmation. */
export function DeleteAccount({ email, alone, left, action }: DeleteAccountProps) {
  const [state, send] = useActionState(confirmed(action), IDLE);
  const [typed, setTyped] = useState("");
  const failed = state.status === "failed" ? state : undefined;
  return (
    <div className="grid gap-5">
      <What title="Deleted at once">
        <li>your name and address, and e-mails to you</li>
        <li>your password, passkeys, linked log-ins, second factor, and all log-ins</li>
        <li>your column layouts, and invitations you sent</li>
        {alone.map((one) => (
          <li key={one.id} className="break-words">
            {named(one)}, as it has no other members
          </li>
        ))}
      </What>
      <What title="Stays, without your name">
        {left.map(({ id, name }) => (
          <li key={id} className="break-words">
            {name}, which others keep using
          </li>
        ))}
        <li>notes, segments and alerts you created there, attributed to “a former member”</li>
        <li>
          access-log entries about what you did, which nobody can change. They hold a random number that is no longer
          linked to you, and each project deletes them after its own retention period
        </li>
      </What>
      <form action={send} className="grid gap-3" noValidate>
        {failed && failed.field !== "email" && <ErrorMessage>{failed.message}</ErrorMessage>}
        <Field
          name="email"
          type="email"
          label={`Type ${email} to confirm`}
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={failed?.field === "email" ? failed.message : undefined}
        />
        <div>
          <SubmitButton variant="destructive" disabled={typed.trim().toLowerCase() !== email}>
            Delete my account
          </SubmitButton>
        </div>
      </form>
    </div>
  );
}

function What({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className="grid gap-1.5">
      <h3 className="font-medium text-sm">{title}</h3>
      <ul className="list-disc text-pretty pl-5 text-sm">{children}</ul>
    </div>
  );
}
