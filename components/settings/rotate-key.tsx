"use client";

import { useActionState, useState } from "react";
import { SecretShown } from "@/components/settings/secret-shown";
import { Button } from "@/components/ui/button";
import { confirmed } from "@/components/ui/confirmed";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "@/components/ui/dialog";
import { ErrorMessage } from "@/components/ui/error-message";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";

export type Keys = { clientId: string; clientSecret: string };
type RotateKeyProps = {
  projectId: string;
  client: { id: string; name: string };
  action: (previous: ActionState<Keys>, form: FormData) => Promise<ActionState<Keys>>;
};

const OVERLAPS = [
  { days: 1, label: "One day" },
  { days: 7, label: "Seven days" },
  { days: 0, label: "Not at all: it has leaked" },
];

/** Gives a key a new secret; the old one may keep working for a while. */
export function RotateKey(props: RotateKeyProps) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button variant="ghost" size="sm" aria-label={`New secret for ${props.client.name}`}>
          New secret
        </Button>
      </DialogTrigger>
      {open && <Content {...props} />}
    </Dialog>
  );
}

function Content({ projectId, client, action }: RotateKeyProps) {
  const [state, rotate] = useActionState(confirmed(action), IDLE);
  if (state.status === "done")
    return <SecretShown values={[{ label: "Client secret", value: state.data.clientSecret }]} />;
  return (
    <DialogContent
      title={`New secret for “${client.name}”`}
      description="The id does not change. Give your servers the new secret while the old one still works."
    >
      <form action={rotate} className="grid gap-4">
        <input type="hidden" name="projectId" value={projectId} />
        <input type="hidden" name="clientId" value={client.id} />
        {state.status === "failed" && <ErrorMessage>{state.message}</ErrorMessage>}
        <div className="grid gap-1.5">
          <label htmlFor="overlap" className="font-medium text-sm">
            The old secret works for
          </label>
          <select
            id="overlap"
            name="overlapDays"
            className="h-9 rounded-md border border-input bg-background px-2.5 text-base md:text-sm"
          >
            {OVERLAPS.map(({ days, label }) => (
              <option key={days} value={days}>
                {label}
              </option>
            ))}
          </select>
        </div>
        <div className="flex justify-end gap-2">
          <DialogClose asChild>
            <Button variant="ghost">Cancel</Button>
          </DialogClose>
          <SubmitButton>Create a new secret</SubmitButton>
        </div>
      </form>
    </DialogContent>
  );
}
