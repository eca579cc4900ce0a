"use client";

import { type FormEvent, useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { ErrorMessage } from "@/components/ui/error-message";
import { Field } from "@/components/ui/field";
import type { ConfirmationWays } from "@/lib/auth/own-account/confirm.queries";
import { type ActionState, IDLE } from "@/lib/http/form";

type Options = Parameters<typeof import("@simplewebauthn/browser").startAuthentication>[0]["optionsJSON"];
type Action<T> = (previous: ActionState<T>, form: FormData) => Promise<ActionState<T>>;

/** `check`: whether they have confirmed it in another tab meanwhile. */
export type ConfirmActions = {
  waysOf: Action<ConfirmationWays>;
  prove: Action<string>;
  passkeyChallenge: Action<Options>;
  check: Action<string>;
};

export type ConfirmDialogProps = ConfirmActions & { onDone: (isConfirmed: boolean) => void };

const FIELDS = {
  password: { label: "Password", type: "password", autoComplete: "current-password" },
  code: { label: "Code from your authenticator app", inputMode: "numeric", autoComplete: "one-time-code" },
} as const;

type Fault = { message: string; field?: string };

/**
 * Asks for a password, a code, a passkey or a visit to a provider; opens once it is known which, so that it does not
 * grow. No transitions: React would not show their results while the waiting form's own is pending.
 */
export function ConfirmDialog({ waysOf, prove, passkeyChallenge, check, onDone }: ConfirmDialogProps) {
  const [ways, setWays] = useState<ConfirmationWays | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [field, setField] = useState<"password" | "code">("password");

  useEffect(() => {
    const unreachable = { message: "The server could not be reached. Close this and try again." };
    waysOf(IDLE, new FormData()).then(
      (read) => {
        if (read.status !== "done") return setFault(read.status === "failed" ? read : unreachable);
        setWays(read.data);
        setField(read.data.password ? "password" : "code");
      },
      () => setFault(unreachable),
    );
  }, [waysOf]);

  const submit = async (action: Action<string>, form: FormData) => {
    setFault(null);
    setBusy(true);
    const answer = await action(IDLE, form).catch(() => null);
    setBusy(false);
    if (answer?.status === "done") onDone(true);
    else setFault(answer?.status === "failed" ? answer : { message: "The server could not be reached. Try again." });
  };

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    event.stopPropagation();
    void submit(prove, new FormData(event.currentTarget));
  };

  const answerByPasskey = async () => {
    setFault(null);
    const challenge = await passkeyChallenge(IDLE, new FormData()).catch(() => null);
    if (challenge?.status !== "done") return setFault({ message: "A passkey cannot be used now. Try another way." });
    const { startAuthentication } = await import("@simplewebauthn/browser");
    const answer = await startAuthentication({ optionsJSON: challenge.data }).catch(() => null);
    if (!answer) return setFault({ message: "No passkey was used. Try again, or use another way." });
    const form = new FormData();
    form.set("answer", JSON.stringify(answer));
    await submit(prove, form);
  };

  const otherField = field === "password" ? "code" : "password";
  return (
    <Dialog open={ways !== null || fault !== null} onOpenChange={(isOpen) => !isOpen && onDone(false)}>
      <DialogContent title="Confirm that it is you" description="It has been a while since you logged in.">
        {fault && fault.field !== field && <ErrorMessage>{fault.message}</ErrorMessage>}
        {ways?.[field] && (
          <form onSubmit={onSubmit} className="grid gap-3" noValidate>
            <Field
              key={field}
              {...FIELDS[field]}
              id={`confirm-${field}`}
              name={field}
              error={fault?.field === field ? fault.message : undefined}
              required
              autoFocus
            />
            <div className="flex flex-wrap items-center gap-2">
              <Button type="submit" aria-disabled={isBusy}>
                Confirm
              </Button>
              {ways[otherField] && (
                <Button type="button" variant="ghost" onClick={() => setField(otherField)}>
                  {otherField === "code" ? "Use a code" : "Use the password"}
                </Button>
              )}
            </div>
          </form>
        )}
        {ways?.passkey && (
          <Button type="button" variant="outline" aria-disabled={isBusy} onClick={() => void answerByPasskey()}>
            Use a passkey
          </Button>
        )}
        {ways && ways.providers.length > 0 && (
          <Elsewhere providers={ways.providers} onBack={() => void submit(check, new FormData())} />
        )}
      </DialogContent>
    </Dialog>
  );
}

type ElsewhereProps = { providers: ConfirmationWays["providers"]; onBack: () => void };

/** A provider opens in another tab, so that the form behind the dialog stays. */
function Elsewhere({ providers, onBack }: ElsewhereProps) {
  const [hasLeft, setLeft] = useState(false);
  return (
    <div className="grid gap-2">
      {providers.map(({ id, name }) => (
        <Button key={id} asChild variant="outline">
          <a href={`/account/confirm?with=${id}`} target="_blank" rel="noreferrer" onClick={() => setLeft(true)}>
            Confirm with {name}
          </a>
        </Button>
      ))}
      {hasLeft && (
        <Button type="button" onClick={onBack}>
          I have confirmed, continue
        </Button>
      )}
    </div>
  );
}
