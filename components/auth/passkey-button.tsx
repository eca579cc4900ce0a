"use client";

import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { ErrorMessage } from "@/components/ui/error-message";
import { type ActionState, IDLE } from "@/lib/http/form";

type Action<T> = (previous: ActionState<T>, form: FormData) => Promise<ActionState<T>>;
type Options = Parameters<typeof import("@simplewebauthn/browser").startAuthentication>[0]["optionsJSON"];

type PasskeyButtonProps = { next: string; challenge: Action<Options>; logIn: Action<string> };

/** Logs in with a passkey of this device; the library is loaded once somebody clicks. */
export function PasskeyButton({ next, challenge: requestChallenge, logIn }: PasskeyButtonProps) {
  const [fault, setFault] = useState<string | null>(null);
  const [isPending, start] = useTransition();
  const onClick = () =>
    start(async () => {
      setFault(null);
      const challenge = await requestChallenge(IDLE, new FormData());
      if (challenge.status !== "done") return setFault(challenge.status === "failed" ? challenge.message : null);
      const { startAuthentication } = await import("@simplewebauthn/browser");
      const answer = await startAuthentication({ optionsJSON: challenge.data }).catch(() => null);
      if (!answer) return setFault("No passkey was used. Try again, or log in another way.");
      const form = new FormData();
      form.set("answer", JSON.stringify(answer));
      form.set("next", next);
      const done = await logIn(IDLE, form);
      if (done?.status === "failed") setFault(done.message);
    });
  return (
    <div className="mt-2.5 grid gap-2.5">
      <Button type="button" variant="outline" className="w-full" aria-disabled={isPending} onClick={onClick}>
        Use a passkey
      </Button>
      {fault && <ErrorMessage>{fault}</ErrorMessage>}
    </div>
  );
}
