"use client";

import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { DialogClose, DialogContent } from "@/components/ui/dialog";

/** A secret is shown only once, so a click outside must not close the dialog. */
export function SecretShown({ values }: { values: readonly { label: string; value: string }[] }) {
  return (
    <DialogContent
      title="Copy the secret now"
      description="It will not be shown again."
      onInteractOutside={(event) => event.preventDefault()}
    >
      <dl className="grid gap-3">
        {values.map(({ label, value }) => (
          <div key={label}>
            <dt className="mb-1 font-medium text-sm">{label}</dt>
            <dd className="flex items-center gap-1 rounded-md border bg-muted/60 py-1 pr-1 pl-3">
              <code className="min-w-0 flex-1 break-all font-mono text-xs">{value}</code>
              <CopyButton iconOnly value={value} label={`Copy ${label.toLowerCase()}`} />
            </dd>
          </div>
        ))}
      </dl>
      <DialogClose asChild>
        <Button className="justify-self-end">I have copied it</Button>
      </DialogClose>
    </DialogContent>
  );
}
