"use client";

import { useActionState } from "react";
import { MakeSecret } from "@/components/settings/make-secret";
import { ErrorMessage } from "@/components/ui/error-message";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";

type Action<T> = (previous: ActionState<T>, form: FormData) => Promise<ActionState<T>>;
type SelfServiceProps = { projectId: string; isOn: boolean; make: Action<string>; end: Action<string> };

/** Turns self-service links on, with a secret that is shown once, and off. */
export function SelfService({ projectId, isOn, make, end }: SelfServiceProps) {
  const [ended, submitEnd] = useActionState(end, IDLE);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <MakeSecret
        projectId={projectId}
        action={make}
        button={isOn ? "New secret" : "Turn on"}
        title={isOn ? "Create a new secret?" : "Turn on self-service links?"}
        description={
          isOn
            ? "Links signed with the old secret stop working at once."
            : "Your server signs a link for each user with a secret that is shown once. Whoever has the link can see, download and erase that user's data."
        }
        submit="Create the secret"
        label="Secret for links"
      />
      {isOn && (
        <form action={submitEnd}>
          <input type="hidden" name="projectId" value={projectId} />
          <SubmitButton variant="outline" size="sm">
            Turn off
          </SubmitButton>
        </form>
      )}
      {ended.status === "failed" && <ErrorMessage>{ended.message}</ErrorMessage>}
    </div>
  );
}
