"use client";

import { Plus } from "lucide-react";
import { useActionState, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";

type Keys = { clientId: string; clientSecret: string };
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
  const [state, create] = useActionState(action, IDLE);
  if (state.status === "done") return <MadeKey keys={state.data} />;
  const failed = state.status === "failed" ? state : undefined;
  return (
    <DialogContent
      title="Create a key"
      description="A key is an id and a secret. Give each server its own, so that one can be revoked without the others."
    >
      <form action={create} className="grid gap-4">
        <input type="hidden" name="projectId" value={projectId} />
        {failed && failed.field !== "name" && <Alert>{failed.message}</Alert>}
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

/** The only time the secret is seen: a click beside the dialog must not lose it. */
function MadeKey({ keys }: { keys: Keys }) {
  return (
    <DialogContent
      title="Copy the secret now"
      description="It is shown this once: only a fingerprint of it is kept."
      onInteractOutside={(event) => event.preventDefault()}
    >
      <dl className="grid gap-3">
        <Value label="Client id" value={keys.clientId} />
        <Value label="Client secret" value={keys.clientSecret} />
      </dl>
      <DialogClose asChild>
        <Button className="justify-self-end">I have copied it</Button>
      </DialogClose>
    </DialogContent>
  );
}

function Value({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt className="mb-1 font-medium text-sm">{label}</dt>
      <dd className="flex items-center gap-1 rounded-md border bg-muted/60 py-1 pr-1 pl-3">
        <code className="min-w-0 flex-1 break-all font-mono text-xs">{value}</code>
        <CopyButton iconOnly value={value} label={`Copy ${label.toLowerCase()}`} />
      </dd>
    </div>
  );
}
