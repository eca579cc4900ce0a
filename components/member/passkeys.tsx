"use client";

import { type FormEvent, useActionState, useState, useTransition } from "react";
import type { Clock } from "@/components/time";
import { confirmed } from "@/components/ui/confirmed";
import { ErrorMessage } from "@/components/ui/error-message";
import { Field } from "@/components/ui/field";
import type { FormAction } from "@/components/ui/fields-form";
import { SubmitButton } from "@/components/ui/submit-button";
import { formatDate } from "@/lib/format/time";
import { type ActionState, IDLE } from "@/lib/http/form";

type Options = Parameters<typeof import("@simplewebauthn/browser").startRegistration>[0]["optionsJSON"];

type PasskeysProps = {
  passkeys: { id: string; name: string; createdAt: Date; lastUsedOn: Date | null }[];
  clock: Clock;
  begin: (previous: ActionState<Options>, form: FormData) => Promise<ActionState<Options>>;
  add: FormAction;
  remove: FormAction;
};

/** A member's passkeys, each with a button to remove it, and a form to add one on this device. */
export function Passkeys({ passkeys, clock, begin, add, remove }: PasskeysProps) {
  const [removed, send] = useActionState(confirmed(remove), IDLE);
  return (
    <div className="grid gap-4">
      {removed.status === "failed" && <ErrorMessage>{removed.message}</ErrorMessage>}
      {passkeys.length > 0 && (
        <ul className="divide-y rounded-lg border">
          {passkeys.map(({ id, name, createdAt, lastUsedOn }) => (
            <li key={id} className="flex items-center gap-3 px-3.5 py-2.5">
              <div className="min-w-0 flex-1">
                <p className="break-words font-medium text-sm">{name}</p>
                <p className="text-muted-foreground text-xs">
                  since {formatDate(createdAt.getTime(), clock.zone)}
                  {lastUsedOn && `, last used ${formatDate(lastUsedOn.getTime(), "UTC")}`}
                </p>
              </div>
              <form action={send}>
                <input type="hidden" name="id" value={id} />
                <SubmitButton variant="ghost" size="sm" aria-label={`Remove the passkey ${name}`}>
                  Remove
                </SubmitButton>
              </form>
            </li>
          ))}
        </ul>
      )}
      <AddPasskey begin={begin} add={add} />
    </div>
  );
}

type Failed = Extract<ActionState<unknown>, { status: "failed" }>;

function AddPasskey({ begin, add }: Pick<PasskeysProps, "begin" | "add">) {
  const [failed, setFailed] = useState<Pick<Failed, "message" | "field"> | null>(null);
  const [isPending, start] = useTransition();
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const [element, form] = [event.currentTarget, new FormData(event.currentTarget)];
    start(async () => {
      setFailed(null);
      const challenge = await confirmed(begin)(IDLE, form);
      if (challenge.status !== "done") return setFailed(challenge.status === "failed" ? challenge : null);
      const { startRegistration } = await import("@simplewebauthn/browser");
      const answer = await startRegistration({ optionsJSON: challenge.data }).catch(() => null);
      if (!answer)
        return setFailed({ message: "No passkey was added: you cancelled, or this device already has one." });
      form.set("answer", JSON.stringify(answer));
      const added = await add(IDLE, form);
      if (added.status === "failed") setFailed(added);
      else element.reset();
    });
  };
  const errorOf = (field: string) => (failed?.field === field ? failed.message : undefined);
  return (
    <form onSubmit={onSubmit} className="grid gap-4" noValidate>
      {failed && failed.field !== "name" && <ErrorMessage>{failed.message}</ErrorMessage>}
      <Field
        name="name"
        id="passkey-name"
        label="Name"
        hint="A name for this device or password manager, such as “My laptop”."
        error={errorOf("name")}
        required
      />
      <div>
        <SubmitButton aria-disabled={isPending}>Add a passkey</SubmitButton>
      </div>
    </form>
  );
}
