"use client";

import { KeyRound } from "lucide-react";
import { useActionState, useState } from "react";
import { SecretShown } from "@/components/settings/secret-shown";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "@/components/ui/dialog";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";

type Props = {
  projectId: string;
  action: (previous: ActionState<string>, form: FormData) => Promise<ActionState<string>>;
};

/** Generates the secret that signs user ids and shows it once. */
export function SigningSecret(props: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button variant="outline" size="sm">
          <KeyRound aria-hidden="true" />
          New signing secret
        </Button>
      </DialogTrigger>
      {open && <Content {...props} />}
    </Dialog>
  );
}

function Content({ projectId, action }: Props) {
  const [state, rotate] = useActionState(action, IDLE);
  if (state.status === "done") return <SecretShown values={[{ label: "Signing secret", value: state.data }]} />;
  return (
    <DialogContent
      title="Make a new signing secret?"
      description="Hashes made with the old secret become invalid at once. Keep the new one on your server: hash = HMAC-SHA256(secret, user id), in hex."
    >
      <form action={rotate} className="grid gap-4">
        <input type="hidden" name="projectId" value={projectId} />
        {state.status === "failed" && <Alert>{state.message}</Alert>}
        <div className="flex justify-end gap-2">
          <DialogClose asChild>
            <Button variant="ghost">Cancel</Button>
          </DialogClose>
          <SubmitButton>Make a new secret</SubmitButton>
        </div>
      </form>
    </DialogContent>
  );
}
