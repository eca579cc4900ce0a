"use client";

import { useActionState } from "react";
import { Button } from "@/components/ui/button";
import { confirmed } from "@/components/ui/confirmed";
import { CopyButton } from "@/components/ui/copy-button";
import { ErrorMessage } from "@/components/ui/error-message";
import { Field } from "@/components/ui/field";
import { FieldsForm, type FormAction } from "@/components/ui/fields-form";
import { Link } from "@/components/ui/link";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";

export type ShownFactor = { picture: string; typed: string };
type Action<T> = (previous: ActionState<T>, form: FormData) => Promise<ActionState<T>>;

type SecondFactorProps = {
  isOn: boolean;
  /** The project that is closed to them without it; null for none. */
  wanted: string | null;
  begin: Action<ShownFactor>;
  confirm: Action<string[]>;
  end: FormAction;
};

const CODE = {
  name: "code",
  label: "Code",
  inputMode: "numeric",
  autoComplete: "one-time-code",
  required: true,
} as const;

/** Turns the second factor on, in two steps, or off. */
export function SecondFactor({ isOn, wanted, begin, confirm, end }: SecondFactorProps) {
  if (isOn)
    return (
      <FieldsForm
        action={end}
        asksForProof
        submit="Turn off"
        fields={[{ ...CODE, id: "factor-end", hint: "From your authenticator app, or a recovery code." }]}
      />
    );
  return <TurnOn wanted={wanted} begin={begin} confirm={confirm} />;
}

function TurnOn({ wanted, begin, confirm }: Pick<SecondFactorProps, "wanted" | "begin" | "confirm">) {
  const [state, start] = useActionState(confirmed(begin), IDLE);
  if (state.status === "done") return <Confirm shown={state.data} wanted={wanted} confirm={confirm} />;
  const failed = state.status === "failed" ? state : undefined;
  return (
    <form action={start} className="grid gap-4" noValidate>
      {failed && <ErrorMessage>{failed.message}</ErrorMessage>}
      <div>
        <SubmitButton>Set up</SubmitButton>
      </div>
    </form>
  );
}

type ConfirmProps = { shown: ShownFactor; wanted: string | null; confirm: Action<string[]> };

function Confirm({ shown, wanted, confirm }: ConfirmProps) {
  const [state, send] = useActionState(confirmed(confirm), IDLE);
  if (state.status === "done") return <RecoveryCodes codes={state.data} wanted={wanted} />;
  const failed = state.status === "failed" ? state : undefined;
  return (
    <form action={send} className="grid gap-4" noValidate>
      <p className="text-pretty text-sm">Scan this with an authenticator app, then enter the code it shows.</p>
      {/* biome-ignore lint/performance/noImgElement: a picture made here, of the secret: no image service sees it */}
      <img src={shown.picture} alt="QR code of the secret below" className="size-48 rounded-md bg-white p-2" />
      <p className="text-pretty text-muted-foreground text-sm">
        Without a camera, type this key: <code className="break-all font-mono text-foreground">{shown.typed}</code>
      </p>
      {failed && failed.field !== "code" && <ErrorMessage>{failed.message}</ErrorMessage>}
      <Field {...CODE} id="factor-confirm" error={failed?.field === "code" ? failed.message : undefined} autoFocus />
      <div>
        <SubmitButton>Turn on</SubmitButton>
      </div>
    </form>
  );
}

function RecoveryCodes({ codes, wanted }: { codes: string[]; wanted: string | null }) {
  return (
    <div className="grid gap-3">
      <p className="text-pretty text-sm">
        The second factor is on. Keep these recovery codes, but not on your phone: each works once, instead of a code
        from the app. They will not be shown again.
      </p>
      <ul className="grid grid-cols-1 gap-1 rounded-lg border p-3.5 font-mono text-sm sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-2">
        <CopyButton value={codes.join("\n")} label="Copy the codes" />
        {wanted && (
          <Button asChild>
            <Link href={`/${wanted}/users`} prefetch={false}>
              I have saved them, continue
            </Link>
          </Button>
        )}
      </div>
    </div>
  );
}
