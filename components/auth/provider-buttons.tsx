"use client";

import { useActionState } from "react";
import { ErrorMessage } from "@/components/ui/error-message";
import type { FormAction } from "@/components/ui/fields-form";
import { SubmitButton } from "@/components/ui/submit-button";
import { IDLE } from "@/lib/http/form";

type ProviderButtonsProps = {
  providers: { id: string; name: string }[];
  /** Precedes the provider's name: "Log in with". */
  verb: string;
  /** Where to go after the log-in. */
  next: string;
  action: FormAction;
};

/** A button for each provider of the instance, under the form; renders nothing without any. */
export function ProviderButtons({ providers, verb, next, action }: ProviderButtonsProps) {
  const [state, leave] = useActionState(action, IDLE);
  if (providers.length === 0) return null;
  return (
    <div className="mt-5 grid gap-2.5 border-t pt-5">
      {state.status === "failed" && <ErrorMessage>{state.message}</ErrorMessage>}
      {providers.map(({ id, name }) => (
        <form key={id} action={leave}>
          <input type="hidden" name="provider" value={id} />
          <input type="hidden" name="next" value={next} />
          <SubmitButton variant="outline" className="w-full">
            {verb} {name}
          </SubmitButton>
        </form>
      ))}
    </div>
  );
}
