import { Bell } from "lucide-react";
import type { Clock } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";
import { PACE_WORDS, targetInWords } from "@/lib/alerts/alert-text";
import type { AlertRow } from "@/lib/alerts/alerts.queries";
import { formatDateTime } from "@/lib/format/time";

type AlertListProps = {
  projectId: string;
  rows: AlertRow[];
  /** Names of the team by member id. */
  names: Record<string, string>;
  clock: Clock;
  mayChange: boolean;
};

/** A project's alerts: their triggers, destinations, and the status of the last message. */
export function AlertList({ projectId, rows, names, clock, mayChange }: AlertListProps) {
  const base = `/${projectId}/settings/alerts`;
  if (rows.length === 0)
    return (
      <Empty icon={Bell} title="No alerts yet">
        <p>
          Get notified when a customer or an account goes quiet, enters a segment or does something, by e-mail, Slack,
          Teams or webhook.
        </p>
        {mayChange && (
          <Button asChild className="justify-self-center">
            <Link href={`${base}/new`}>Create the first alert</Link>
          </Button>
        )}
      </Empty>
    );
  return (
    <ul className="mx-4 my-4 divide-y rounded-lg border sm:mx-6" aria-label="Alerts">
      {rows.map((alert) => (
        <li key={alert.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 text-sm">
          <div className="min-w-0 flex-1 basis-72">
            <p className="flex items-center gap-2 font-medium">
              {mayChange ? (
                <Link href={`${base}/${alert.id}`} className="truncate hover:underline">
                  {alert.name}
                </Link>
              ) : (
                <span className="truncate">{alert.name}</span>
              )}
              {!alert.isOn && <Badge>Off</Badge>}
              {alert.isFailing && <Badge variant="outline">Last message failed</Badge>}
            </p>
            <p className="text-pretty text-muted-foreground">{alert.what}</p>
          </div>
          <div className="basis-64 text-muted-foreground text-xs">
            <p>{targetInWords(alert, names[alert.recipient ?? ""] ?? null)}</p>
            <p>{PACE_WORDS[alert.pace]}</p>
            <p>
              {alert.lastAt === null ? "Nothing sent yet" : `Last sent ${formatDateTime(alert.lastAt, clock.zone)}`}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
