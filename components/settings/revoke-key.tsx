"use client";

import { useActionState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "@/components/ui/dialog";
import { ErrorMessage } from "@/components/ui/error-message";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";

type RevokeKeyProps = {
  projectId: string;
  client: { id: string; name: string };
  action: (previous: ActionState<string>, form: FormData) => Promise<ActionState<string>>;
};

export function RevokeKey({ projectId, client, action }: RevokeKeyProps) {
  const [state, revoke] = useActionState(action, IDLE);
  return (
    <Dialog>
      <DialogTrigger asChild>
        <Button variant="ghost" size="sm" aria-label={`Revoke ${client.name}`}>
          Revoke
        </Button>
      </DialogTrigger>
      <DialogContent
        title={`Revoke “${client.name}”?`}
        description="Anything still using this key stops working within seconds. This cannot be undone. Data it has sent stays."
      >
        <form action={revoke} className="grid gap-4">
          <input type="hidden" name="projectId" value={projectId} />
          <input type="hidden" name="clientId" value={client.id} />
          {state.status === "failed" && <ErrorMessage>{state.message}</ErrorMessage>}
          <div className="flex justify-end gap-2">
            <DialogClose asChild>
              <Button variant="ghost">Cancel</Button>
            </DialogClose>
            <SubmitButton variant="destructive">Revoke key</SubmitButton>
          </div>
        </form>
      </DialogContent>
    </Dialog>
  );
}
