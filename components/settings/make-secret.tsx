"use client";

import { KeyRound } from "lucide-react";
import { useActionState, useState } from "react";
import { SecretShown } from "@/components/settings/secret-shown";
import { Button } from "@/components/ui/button";
import { confirmed } from "@/components/ui/confirmed";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "@/components/ui/dialog";
import { ErrorMessage } from "@/components/ui/error-message";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";

type MakeSecretProps = {
  projectId: string;
  action: (previous: ActionState<string>, form: FormData) => Promise<ActionState<string>>;
  /** The button that opens the confirmation, its title and explanation, and the button that confirms. */
  button: string;
  title: string;
  description: string;
  submit: string;
  /** The label of the secret. */
  label: string;
};

/** Creates a secret of the project after a confirmation, and shows it once. */
export function MakeSecret({ button, ...props }: MakeSecretProps) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button variant="outline" size="sm">
          <KeyRound aria-hidden="true" />
          {button}
        </Button>
      </DialogTrigger>
      {open && <Content {...props} />}
    </Dialog>
  );
}

/** Remounted each time, so that a secret is not shown again. */
function Content({ projectId, action, title, description, submit, label }: Omit<MakeSecretProps, "button">) {
  const [state, make] = useActionState(confirmed(action), IDLE);
  if (state.status === "done") return <SecretShown values={[{ label, value: state.data }]} />;
  return (
    <DialogContent title={title} description={description}>
      <form action={make} className="grid gap-4">
        <input type="hidden" name="projectId" value={projectId} />
        {state.status === "failed" && <ErrorMessage>{state.message}</ErrorMessage>}
        <div className="flex justify-end gap-2">
          <DialogClose asChild>
            <Button variant="ghost">Cancel</Button>
          </DialogClose>
          <SubmitButton>{submit}</SubmitButton>
        </div>
      </form>
    </DialogContent>
  );
}
