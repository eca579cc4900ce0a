"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState, useTransition } from "react";
import { SecretShown } from "@/components/settings/secret-shown";
import { Button } from "@/components/ui/button";
import { confirmed } from "@/components/ui/confirmed";
import { Dialog } from "@/components/ui/dialog";
import { ErrorMessage as Notice } from "@/components/ui/error-message";
import { Field } from "@/components/ui/field";
import { Link } from "@/components/ui/link";
import { notify } from "@/components/ui/notify";
import type { Alert, AlertInput, Channel, Pace, SetTrigger, Trigger } from "@/lib/alerts/alert";
import { CHANNEL_WORDS, PACE_WORDS } from "@/lib/alerts/alert-text";
import type { ReadResult } from "@/lib/http/action";
import type { Subject } from "@/lib/segments/rule";
import { type AlertDraft, newAlertDraft, toAlertDraft, toAlertInput } from "./draft";
import { LabeledSelect } from "./labeled-select";
import { TriggerFields } from "./trigger-fields";

export type AlertChoices = {
  events: string[];
  segments: Record<Subject, { id: string; name: string }[]>;
  /** Who may get mails: everybody with access to the project. */
  team: { id: string; name: string }[];
  /** The reader's time zone. */
  zone: string;
  /** The editing member. */
  self: string;
  /** Whether this instance sends mail. */
  sendsMail: boolean;
};

type AlertFormProps = {
  projectId: string;
  /** null: a new alert. */
  alert: Alert | null;
  choices: AlertChoices;
  /** Values prefilled by the link to a new alert. */
  prefilled?: Partial<AlertDraft>;
  add?: (given: AlertInput) => Promise<ReadResult<{ id: string; secret: string | null }>>;
  save?: (given: AlertInput) => Promise<string | null>;
};

type SetKind = SetTrigger["on"];
const ON_EVENTS = {
  event: "Somebody does an event",
  count: "A day's count of an event is unusual",
} as const satisfies Record<Exclude<Trigger["on"], SetKind>, string>;
/** Kinds of triggers, with people or accounts where both can be watched. */
const KINDS = {
  "quiet people": "Somebody goes quiet",
  "risk people": "Somebody's risk of not coming back is high",
  "state people": "Somebody's state changes",
  "segment people": "Somebody enters or leaves a segment",
  ...ON_EVENTS,
  "quiet accounts": "An account goes quiet",
  "risk accounts": "The risk that nobody of an account comes back is high",
  "state accounts": "An account's state changes",
  "segment accounts": "An account enters or leaves a segment",
} as const satisfies Record<keyof typeof ON_EVENTS | `${SetKind} ${Subject}`, string>;
const kindOf = ({ on, who }: AlertDraft): string => (on in ON_EVENTS ? on : `${on} ${who}`);
/** A segment contains either people or accounts, so changing the kind clears it. */
function changesOf(kind: string): Partial<AlertDraft> {
  const [on, who = "people"] = kind.split(" ") as [Trigger["on"], Subject | undefined];
  return { on, who, segment: "" };
}

const FAILED = "Could not save. Try again.";

/** Creates or edits an alert: its trigger, its destination, and its pace. */
export function AlertForm({ projectId, alert, choices, prefilled, add, save }: AlertFormProps) {
  const router = useRouter();
  const [draft, setDraft] = useState(() =>
    alert ? toAlertDraft(alert, choices.self) : { ...newAlertDraft(choices), ...prefilled },
  );
  const [fault, setFault] = useState<string | null>(null);
  const [issued, setIssued] = useState<{ id: string; secret: string } | null>(null);
  const [isSaving, start] = useTransition();
  const change = (part: Partial<AlertDraft>) => setDraft({ ...draft, ...part });
  const open = (id: string) => router.push(`/${projectId}/settings/alerts/${id}`);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start(async () => {
      const given = toAlertInput(draft);
      if (save) {
        const error = await save(given).catch(() => FAILED);
        setFault(error);
        if (error === null) {
          notify("success", "Saved.");
          router.refresh();
        }
        return;
      }
      const created = await (add && confirmed(add)(given).catch(() => undefined));
      if (!created?.ok) return setFault(created?.message ?? FAILED);
      setFault(null);
      if (created.data.secret === null) open(created.data.id);
      else setIssued({ id: created.data.id, secret: created.data.secret });
    });
  };
  const isMail = draft.channel === "email";
  return (
    <form onSubmit={submit} className={alert ? "grid max-w-xl gap-4" : "grid max-w-xl gap-4 px-4 py-4 sm:px-6"}>
      {fault !== null && <Notice>{fault}</Notice>}
      <LabeledSelect
        label="Notify when"
        value={kindOf(draft)}
        options={KINDS}
        choose={(kind) => change(changesOf(kind))}
      />
      <TriggerFields draft={draft} change={change} events={choices.events} segments={choices.segments[draft.who]} />
      <Field
        name="name"
        label="Name of the alert"
        placeholder="Customers going quiet"
        autoComplete="off"
        value={draft.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      {alert === null && (
        <LabeledSelect
          label="Send by"
          value={draft.channel}
          options={CHANNEL_WORDS}
          choose={(channel) => change({ channel: channel as Channel })}
        />
      )}
      {isMail && !choices.sendsMail && (
        <p className="text-pretty text-muted-foreground text-sm">
          This instance cannot send mail yet. Its operator can change that.
        </p>
      )}
      {isMail ? (
        <LabeledSelect
          label="To"
          value={draft.recipient}
          options={Object.fromEntries(choices.team.map(({ id, name }) => [id, name]))}
          choose={(recipient) => change({ recipient })}
        />
      ) : (
        <Field
          name="url"
          label="Address"
          type="url"
          autoComplete="off"
          placeholder={alert ? `${alert.host}, unchanged` : "https://example.com/hooks/throughline"}
          hint={alert ? "Stored encrypted and not shown. Enter another one to replace it." : "Stored encrypted."}
          value={draft.url}
          onChange={(event) => change({ url: event.target.value })}
        />
      )}
      <LabeledSelect
        label="How often"
        value={draft.pace}
        options={PACE_WORDS}
        choose={(pace) => change({ pace: pace as Pace })}
      />
      <QuietHours draft={draft} change={change} />
      <div className="flex gap-2">
        <Button type="submit" disabled={isSaving}>
          {alert ? "Save alert" : "Create alert"}
        </Button>
        {alert === null && (
          <Button asChild variant="ghost">
            <Link href={`/${projectId}/settings/alerts`}>Cancel</Link>
          </Button>
        )}
      </div>
      <Dialog open={issued !== null} onOpenChange={(isOpen) => !isOpen && issued && open(issued.id)}>
        {issued !== null && <SecretShown values={[{ label: "Signing secret", value: issued.secret }]} />}
      </Dialog>
    </form>
  );
}

function QuietHours({ draft, change }: { draft: AlertDraft; change: (part: Partial<AlertDraft>) => void }) {
  return (
    <div className="grid gap-3">
      <label className="flex items-center gap-2 text-sm">
        <input
          type="checkbox"
          checked={draft.isQuiet}
          onChange={(event) => change({ isQuiet: event.target.checked })}
          className="size-4 accent-primary"
        />
        Hold messages back in quiet hours
      </label>
      {draft.isQuiet && (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            name="from"
            label="From"
            type="time"
            value={draft.from}
            onChange={(e) => change({ from: e.target.value })}
          />
          <Field
            name="to"
            label="Until"
            type="time"
            value={draft.to}
            onChange={(e) => change({ to: e.target.value })}
          />
        </div>
      )}
      {(draft.isQuiet || draft.pace === "daily" || draft.on === "count") && (
        <Field
          name="zone"
          label="Time zone"
          value={draft.zone}
          onChange={(event) => change({ zone: event.target.value })}
        />
      )}
    </div>
  );
}
