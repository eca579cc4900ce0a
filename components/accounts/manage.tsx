"use client";

import { useId, useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { confirmed } from "@/components/ui/confirmed";
import { useMayEdit } from "@/components/ui/editable";
import { ErrorMessage } from "@/components/ui/error-message";
import { Input } from "@/components/ui/input";
import { notify } from "@/components/ui/notify";
import type { ReadResult } from "@/lib/http/action";

/** Resolves to an error, or null. */
type Change<Args extends unknown[]> = (...args: Args) => Promise<string | null>;

/** Runs a change and shows its error at the field. */
function useChange() {
  const [busy, startTransition] = useTransition();
  const [fault, setFault] = useState<string | null>(null);
  const run = (work: () => Promise<string | null>, done?: string) =>
    startTransition(async () => {
      const found = await work().catch(() => "This could not be saved. Check your connection and try again.");
      setFault(found);
      if (found === null && done) notify("success", done);
    });
  return { busy, fault, run };
}

type MergeAccountProps = { name: string; merge: Change<[other: string]> };

/** Merges another account into this one. */
export function MergeAccount({ name, merge }: MergeAccountProps) {
  const id = useId();
  const [otherAccount, setOtherAccount] = useState("");
  const { busy, fault, run } = useChange();
  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        run(() => merge(otherAccount), `Merged into ${name}.`);
      }}
    >
      <label htmlFor={id} className="font-medium text-sm">
        Id of the other account
      </label>
      <div className="flex gap-2">
        <Input
          id={id}
          value={otherAccount}
          onChange={(event) => setOtherAccount(event.target.value)}
          autoComplete="off"
          spellCheck={false}
          className="max-w-80"
        />
        <Button type="submit" variant="outline" disabled={busy || otherAccount.trim() === ""}>
          Merge
        </Button>
      </div>
      {fault && <ErrorMessage>{fault}</ErrorMessage>}
    </form>
  );
}

type MergedProps = { pairs: { a: string; b: string; when: string }[]; separate: Change<[a: string, b: string]> };

/** The merges of this account, each with a button to undo it. */
export function MergedAccounts({ pairs, separate }: MergedProps) {
  const { busy, fault, run } = useChange();
  return (
    <>
      <ul className="divide-y rounded-lg border text-sm">
        {pairs.map(({ a, b, when }) => (
          <li key={`${a}\n${b}`} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
            <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
              <code className="font-mono text-xs">{a}</code> and <code className="font-mono text-xs">{b}</code>,{" "}
              <span className="text-muted-foreground">merged {when}</span>
            </span>
            <Button
              variant="outline"
              size="sm"
              disabled={busy}
              onClick={() => run(() => separate(a, b), "Separated again.")}
            >
              Separate
              <span className="sr-only">
                {" "}
                {a} and {b}
              </span>
            </Button>
          </li>
        ))}
      </ul>
      {fault && <ErrorMessage>{fault}</ErrorMessage>}
    </>
  );
}

type EraseAccountProps = { name: string; erase: (typed: string) => Promise<ReadResult<null>> };

/** Erases the account once its name is typed. */
export function EraseAccount({ name, erase }: EraseAccountProps) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const { busy, fault, run } = useChange();
  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        run(async () => {
          const erased = await confirmed(erase)(typed);
          return erased.ok ? null : erased.message;
        });
      }}
    >
      <label htmlFor={id} className="text-sm">
        Type <span className="font-medium">{name}</span> to confirm
      </label>
      <div className="flex gap-2">
        <Input
          id={id}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoComplete="off"
          spellCheck={false}
          className="max-w-80"
        />
        <Button type="submit" variant="destructive" disabled={busy || typed.trim() !== name.trim()}>
          Erase account
        </Button>
      </div>
      {fault && <ErrorMessage>{fault}</ErrorMessage>}
    </form>
  );
}

type LeaveProps = { person: string; left: boolean; leave: Change<[leaves: boolean]> };

/** Removes a person from the account, or puts them back; each undoes the other. */
export function LeaveAccount({ person, left, leave }: LeaveProps) {
  const { busy, run } = useChange();
  const mayEdit = useMayEdit();
  const change = () =>
    run(
      async () => {
        const fault = await leave(!left);
        if (fault !== null) notify("error", fault);
        return fault;
      },
      left
        ? `${person} was put back. The list updates in a moment.`
        : `${person} was removed. The list updates in a moment.`,
    );
  if (!mayEdit) return null;
  return (
    <Button variant="ghost" size="sm" disabled={busy} onClick={change}>
      {left ? "Put back" : "Remove"}
      <span className="sr-only"> {person}</span>
    </Button>
  );
}
