"use client";

import { useActionState, useEffect, useState } from "react";
import { runAction } from "@/components/identity/actions";
import { Button } from "@/components/ui/button";
import { confirmed } from "@/components/ui/confirmed";
import { Dialog, DialogClose, DialogContent } from "@/components/ui/dialog";
import { ErrorMessage } from "@/components/ui/error-message";
import { Field } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { SubmitButton } from "@/components/ui/submit-button";
import { pluralCount } from "@/lib/format/number";
import { type ActionState, IDLE } from "@/lib/http/form";
import type { Receipt } from "@/lib/privacy/erase-jobs.store";

type Action<T> = (previous: ActionState<T>, form: FormData) => Promise<ActionState<T>>;

export type EraseDialogProps = {
  projectId: string;
  person: { ref: string; name: string };
  preview: Action<Receipt>;
  /** Erases, then redirects to the receipt. */
  erase: Action<null>;
  onClose: () => void;
};

/** Shows what will be deleted and asks for the name as confirmation. */
export default function EraseDialog({ projectId, person, preview, erase, onClose }: EraseDialogProps) {
  const [state, submit] = useActionState(confirmed(erase), IDLE);
  const [typed, setTyped] = useState("");
  const [counted, setCounted] = useState<Receipt | string | null>(null);
  useEffect(() => {
    let current = true;
    runAction(preview, { projectId, ref: person.ref }).then(
      (receipt) => current && setCounted(receipt),
      (error: Error) => current && setCounted(error.message),
    );
    return () => {
      current = false;
    };
  }, [preview, projectId, person.ref]);
  const failed = state.status === "failed" ? state : undefined;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent title={`Erase ${person.name}?`} description="This cannot be undone.">
        <form action={submit} className="grid gap-4">
          <input type="hidden" name="projectId" value={projectId} />
          <input type="hidden" name="ref" value={person.ref} />
          {failed && failed.field !== "name" && <ErrorMessage>{failed.message}</ErrorMessage>}
          {typeof counted === "string" && <ErrorMessage>{counted}</ErrorMessage>}
          {counted === null ? (
            <Skeleton className="h-[106px] rounded-lg" />
          ) : (
            typeof counted !== "string" && <DeletionList receipt={counted} />
          )}
          <label className="flex items-start gap-2.5 text-sm">
            <input type="checkbox" name="suppress" className="mt-0.5 size-4 shrink-0 accent-primary" />
            <span className="grid gap-0.5">
              Also block these ids
              <span className="text-muted-foreground">
                Drops everything they send later. Otherwise a log-in on another device creates a new user.
              </span>
            </span>
          </label>
          <Field
            name="name"
            label={`Type “${person.name}” to confirm`}
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            error={failed?.field === "name" ? failed.message : undefined}
            required
          />
          <div className="flex justify-end gap-2">
            <DialogClose asChild>
              <Button variant="ghost">Cancel</Button>
            </DialogClose>
            <SubmitButton variant="destructive" disabled={typed.trim() !== person.name.trim()}>
              Erase permanently
            </SubmitButton>
          </div>
        </form>
      </DialogContent>
    </Dialog>
  );
}

function DeletionList({ receipt }: { receipt: Receipt }) {
  const shared = receipt.sharedDevices;
  return (
    <ul
      aria-label="Will be deleted"
      className="grid gap-1 rounded-lg border bg-muted/50 px-3.5 py-3 text-sm tabular-nums"
    >
      {receipt.userIds > 0 && <li>{pluralCount(receipt.userIds, "user id")}</li>}
      <li>
        {pluralCount(receipt.devices, "device")}
        {shared > 0 && `, ${shared === receipt.devices ? "" : `${shared} `}shared: others keep their part`}
      </li>
      <li>{pluralCount(receipt.events, "stored event")}, including property changes</li>
      <li>{pluralCount(receipt.sessions, "session")}</li>
    </ul>
  );
}
