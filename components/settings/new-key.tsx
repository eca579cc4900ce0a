"use client";

import { Plus } from "lucide-react";
import { useActionState, useState } from "react";
import type { Keys } from "@/components/settings/rotate-key";
import { SecretShown } from "@/components/settings/secret-shown";
import { Button } from "@/components/ui/button";
import { confirmed } from "@/components/ui/confirmed";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "@/components/ui/dialog";
import { ErrorMessage } from "@/components/ui/error-message";
import { Field } from "@/components/ui/field";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";

type NewKeyProps = {
  projectId: string;
  action: (previous: ActionState<Keys>, form: FormData) => Promise<ActionState<Keys>>;
};

const MODES = [
  { value: "write", label: "Write: send events" },
  { value: "read", label: "Read: read users and events through the API" },
  { value: "root", label: "Root: both, and merge or erase users" },
];

export function NewKey(props: NewKeyProps) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button variant="outline" size="sm">
          <Plus aria-hidden="true" />
          Create key
        </Button>
      </DialogTrigger>
      {open && <Content {...props} />}
    </Dialog>
  );
}

function Content({ projectId, action }: NewKeyProps) {
  const [state, create] = useActionState(confirmed(action), IDLE);
  if (state.status === "done") {
    const { clientId, clientSecret } = state.data;
    return (
      <SecretShown
        values={[
          { label: "Client id", value: clientId },
          { label: "Client secret", value: clientSecret },
        ]}
      />
    );
  }
  const failed = state.status === "failed" ? state : undefined;
  return (
    <DialogContent
      title="Create a key"
      description="A key is an id and a secret. Give each server its own, so that one can be revoked without the others."
    >
      <form action={create} className="grid gap-4">
        <input type="hidden" name="projectId" value={projectId} />
        {failed && failed.field !== "name" && <ErrorMessage>{failed.message}</ErrorMessage>}
        <Field
          name="name"
          id="key-name"
          label="Key name"
          placeholder="Billing server"
          autoComplete="off"
          defaultValue={failed?.values.name}
          error={failed?.field === "name" ? failed.message : undefined}
          required
        />
        <div className="grid gap-1.5">
          <label htmlFor="key-mode" className="font-medium text-sm">
            What it may do
          </label>
          <select
            // React does not restore a select's default when it resets the form.
            key={failed?.values.mode}
            id="key-mode"
            name="mode"
            defaultValue={failed?.values.mode ?? "write"}
            className="h-9 rounded-md border border-input bg-background px-2.5 text-base md:text-sm"
          >
            {MODES.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </div>
        <div className="flex justify-end gap-2">
          <DialogClose asChild>
            <Button variant="ghost">Cancel</Button>
          </DialogClose>
          <SubmitButton>Create key</SubmitButton>
        </div>
      </form>
    </DialogContent>
  );
}
