"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";
import type { Clock } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { notify } from "@/components/ui/notify";
import type { DeliveryShown } from "@/lib/alerts/deliveries.queries";
import { formatDateTime } from "@/lib/format/time";

type DeliveryLogProps = {
  deliveries: DeliveryShown[];
  clock: Clock;
  /** Resolves to an error, or null. */
  again: (deliveryId: string) => Promise<string | null>;
};

const STATES = { waiting: "Waiting", sent: "Sent", failed: "Failed" } as const;

/** An alert's messages: time, number of people and status. */
export function DeliveryLog({ deliveries, clock, again }: DeliveryLogProps) {
  const router = useRouter();
  const [isBusy, start] = useTransition();
  const send = (id: string) =>
    start(async () => {
      const fault = await again(id).catch(() => "Could not send. Try again.");
      notify(fault === null ? "success" : "error", fault ?? "Queued.");
      router.refresh();
    });
  if (deliveries.length === 0) return <p className="text-muted-foreground text-sm">Nothing has been sent yet.</p>;
  return (
    <ul className="divide-y rounded-lg border" aria-label="Deliveries">
      {deliveries.map((one) => (
        <li key={one.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3.5 py-2.5 text-sm">
          <Badge variant={one.state === "sent" ? "accent" : "outline"}>{STATES[one.state]}</Badge>
          <div className="min-w-0 flex-1 basis-56">
            <p>{one.isTest ? "Test" : one.causes === 1 ? "1 cause" : `${one.causes} causes`}</p>
            <p className="text-pretty text-muted-foreground text-xs">{inWords(one, clock.zone)}</p>
          </div>
          {one.state !== "waiting" && (
            <Button variant="outline" size="sm" disabled={isBusy} onClick={() => send(one.id)}>
              Send again
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

function inWords({ createdAt, sentAt, dueAt, tries, fault }: DeliveryShown, zone: string): string {
  if (sentAt !== null && fault === null) return `Sent ${formatDateTime(sentAt, zone)}`;
  const tried = tries === 0 ? "" : ` Tried ${tries === 1 ? "once" : `${tries} times`}.`;
  const next =
    dueAt === null ? " Given up." : ` ${tries === 0 ? "Due" : "Next attempt"} ${formatDateTime(dueAt, zone)}.`;
  return `${fault ?? `Created ${formatDateTime(createdAt, zone)}.`}${tried}${next}`;
}
