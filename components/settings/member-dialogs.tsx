"use client";

import { type ReactNode, useActionState } from "react";
import { Button } from "@/components/ui/button";
import { confirmed } from "@/components/ui/confirmed";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "@/components/ui/dialog";
import { ErrorMessage } from "@/components/ui/error-message";
import type { FormAction } from "@/components/ui/fields-form";
import { SubmitButton } from "@/components/ui/submit-button";
import { IDLE } from "@/lib/http/form";

type Member = { id: string; name: string };
type MemberActionProps = {
  projectId: string;
  member: Member;
  action: FormAction;
  label: string;
  title: string;
  text: string;
};

/** A button for an action on a member, with a confirmation. */
function MemberAction({
  projectId,
  member,
  action,
  label,
  title,
  text,
  children,
}: MemberActionProps & { children: ReactNode }) {
  const [state, send] = useActionState(confirmed(action), IDLE);
  return (
    <Dialog>
      <DialogTrigger asChild>
        <Button variant="ghost" size="sm" aria-label={label}>
          {children}
        </Button>
      </DialogTrigger>
      <DialogContent title={title} description={text}>
        <form action={send} className="grid gap-4">
          <input type="hidden" name="projectId" value={projectId} />
          <input type="hidden" name="memberId" value={member.id} />
          {state.status === "failed" && <ErrorMessage>{state.message}</ErrorMessage>}
          <div className="flex justify-end gap-2">
            <DialogClose asChild>
              <Button variant="ghost">Cancel</Button>
            </DialogClose>
            <SubmitButton variant="destructive">{children}</SubmitButton>
          </div>
        </form>
      </DialogContent>
    </Dialog>
  );
}

type Props = { projectId: string; member: Member; action: FormAction };

export function RemoveMember({ isSelf, ...props }: Props & { isSelf: boolean }) {
  const { name } = props.member;
  return (
    <MemberAction
      {...props}
      label={isSelf ? "Leave the organization" : `Remove ${name}`}
      title={isSelf ? "Leave the organization?" : `Remove ${name}?`}
      text={`${isSelf ? "You lose" : "They lose"} access to all its projects at once. Notes stay. Only an invitation brings ${isSelf ? "you" : "them"} back.`}
    >
      {isSelf ? "Leave" : "Remove"}
    </MemberAction>
  );
}

export function TransferOwnership(props: Props) {
  const { name } = props.member;
  return (
    <MemberAction
      {...props}
      label={`Transfer ownership to ${name}`}
      title={`Make ${name} the owner in your place?`}
      text="You become an admin. Only an owner can make you one again, and delete the organization."
    >
      Transfer
    </MemberAction>
  );
}
