"use client";

import { KeyRound } from "lucide-react";
import { useActionState, useState } from "react";
import { SecretShown } from "@/components/settings/secret-shown";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "@/components/ui/dialog";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";

type Action<T> = (previous: ActionState<T>, form: FormData) => Promise<ActionState<T>>;
type SelfServiceProps = { projectId: string; isOn: boolean; make: Action<string>; end: Action<string> };

/** Switches self-service links on, with a secret that is shown once, and off. */
export function SelfService({ projectId, isOn, make, end }: SelfServiceProps) {
  const [open, setOpen] = useState(false);
  const [ended, submitEnd] = useActionState(end, IDLE);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Dialog open={open} onOpenChange={setOpen}>
        <DialogTrigger asChild>
          <Button variant="outline" size="sm">
            <KeyRound aria-hidden="true" />
            {isOn ? "New secret" : "Switch on"}
          </Button>
        </DialogTrigger>
        {open && <Content projectId={projectId} isOn={isOn} make={make} />}
      </Dialog>
      {isOn && (
        <form action={submitEnd}>
          <input type="hidden" name="projectId" value={projectId} />
          <SubmitButton variant="outline" size="sm">
            Switch off
          </SubmitButton>
        </form>
      )}
      {ended.status === "failed" && <Alert>{ended.message}</Alert>}
    </div>
  );
}

function Content({ projectId, isOn, make }: Omit<SelfServiceProps, "end">) {
  const [state, submit] = useActionState(make, IDLE);
  if (state.status === "done") return <SecretShown values={[{ label: "Secret for links", value: state.data }]} />;
  return (
    <DialogContent
      title={isOn ? "Make a new secret?" : "Switch on self-service links?"}
      description={
        isOn
          ? "Links signed with the old secret stop working at once."
          : "Your server signs a link for each user with a secret that is shown once. Whoever has the link can see, download and erase that user's data."
      }
    >
      <form action={submit} className="grid gap-4">
        <input type="hidden" name="projectId" value={projectId} />
        {state.status === "failed" && <Alert>{state.message}</Alert>}
        <div className="flex justify-end gap-2">
          <DialogClose asChild>
            <Button variant="ghost">Cancel</Button>
          </DialogClose>
          <SubmitButton>Make the secret</SubmitButton>
        </div>
      </form>
    </DialogContent>
  );
}
