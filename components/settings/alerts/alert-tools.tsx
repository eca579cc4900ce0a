"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { SecretShown } from "@/components/settings/secret-shown";
import { Button } from "@/components/ui/button";
import { confirmed } from "@/components/ui/confirmed";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "@/components/ui/dialog";
import { Link } from "@/components/ui/link";
import { notify } from "@/components/ui/notify";
import type { Alert } from "@/lib/alerts/alert";
import type { ReadResult } from "@/lib/http/action";

type AlertToolsProps = {
  alert: Alert;
  /** The list of alerts. */
  back: string;
  test: () => Promise<string | null>;
  turn: (isOn: boolean) => Promise<string | null>;
  renew: () => Promise<ReadResult<string>>;
  remove: () => Promise<string | null>;
};

const FAILED = "No response. Check your connection and try again.";

/** Immediate actions on an alert: test it, turn it off, renew its secret, delete it. */
export function AlertTools({ alert, back, test, turn, renew, remove }: AlertToolsProps) {
  const router = useRouter();
  const [isBusy, start] = useTransition();
  const [secret, setSecret] = useState<string | null>(null);
  const run = (work: () => Promise<string | null>, done: string, then = () => router.refresh()) =>
    start(async () => {
      const fault = await work().catch(() => FAILED);
      notify(fault === null ? "success" : "error", fault ?? done);
      if (fault === null) then();
    });
  const newSecret = () =>
    start(async () => {
      const renewed = await confirmed(renew)().catch(() => ({ ok: false as const, message: FAILED }));
      if (renewed.ok) setSecret(renewed.data);
      else notify("error", renewed.message);
    });
  return (
    <div className="flex flex-wrap gap-2 px-4 py-4 sm:px-6">
      <Button disabled={isBusy} size="sm" onClick={() => run(test, "A test message is on its way.")}>
        Send a test
      </Button>
      <Button
        variant="outline"
        size="sm"
        disabled={isBusy}
        onClick={() => run(() => turn(!alert.isOn), alert.isOn ? "The alert is off." : "The alert is on.")}
      >
        {alert.isOn ? "Turn off" : "Turn on"}
      </Button>
      {alert.channel === "webhook" && (
        <Button variant="outline" size="sm" disabled={isBusy} onClick={newSecret}>
          New secret
        </Button>
      )}
      <Dialog>
        <DialogTrigger asChild>
          <Button variant="outline" size="sm">
            Delete
          </Button>
        </DialogTrigger>
        <DialogContent
          title={`Delete “${alert.name}”?`}
          description="Its deliveries are deleted, too. This cannot be undone."
        >
          <div className="flex justify-end gap-2">
            <DialogClose asChild>
              <Button variant="ghost">Cancel</Button>
            </DialogClose>
            <Button
              variant="destructive"
              disabled={isBusy}
              onClick={() => run(remove, "Deleted.", () => router.push(back))}
            >
              Delete alert
            </Button>
          </div>
        </DialogContent>
      </Dialog>
      <Button asChild variant="ghost" size="sm">
        <Link href={back}>All alerts</Link>
      </Button>
      <Dialog open={secret !== null} onOpenChange={(open) => !open && setSecret(null)}>
        {secret !== null && <SecretShown values={[{ label: "Signing secret", value: secret }]} />}
      </Dialog>
    </div>
  );
}
