import { RevokeKey } from "@/components/settings/revoke-key";
import type { Clock } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { CopyButton } from "@/components/ui/copy-button";
import { date } from "@/lib/format/time";
import type { ActionState } from "@/lib/http/form";
import type { ClientListed } from "@/lib/projects/projects.queries";

type KeyListProps = {
  projectId: string;
  clients: ClientListed[];
  clock: Clock;
  editable: boolean;
  revoke: (previous: ActionState<string>, form: FormData) => Promise<ActionState<string>>;
};

/** The project's keys, revoked ones last and struck out. Secrets are stored as hashes only. */
export function KeyList({ projectId, clients, clock, editable, revoke }: KeyListProps) {
  const sorted = [...clients].sort((a, b) => Number(a.revokedAt !== null) - Number(b.revokedAt !== null));
  return (
    <ul className="divide-y rounded-lg border">
      {sorted.map((client) => (
        <li key={client.id} className="flex items-center gap-3 px-3.5 py-2.5">
          <div className="min-w-0 flex-1">
            <div className="flex flex-wrap items-center gap-2 text-sm">
              <span className={client.revokedAt ? "text-muted-foreground line-through" : "font-medium"}>
                {client.name}
              </span>
              <Badge variant={client.revokedAt ? "neutral" : "accent"}>
                {client.revokedAt ? "revoked" : client.mode}
              </Badge>
              <span className="text-muted-foreground text-xs">
                {client.revokedAt
                  ? `revoked ${date(client.revokedAt.getTime(), clock.zone)}`
                  : `since ${date(client.createdAt.getTime(), clock.zone)}`}
              </span>
            </div>
            {!client.revokedAt && (
              <div className="flex items-center gap-1">
                <code className="min-w-0 truncate font-mono text-muted-foreground text-xs">{client.id}</code>
                <CopyButton
                  iconOnly
                  value={client.id}
                  label={`Copy the id of ${client.name}`}
                  className="size-6 [&_svg]:size-3.5"
                />
              </div>
            )}
          </div>
          {editable && !client.revokedAt && (
            <RevokeKey projectId={projectId} client={{ id: client.id, name: client.name }} action={revoke} />
          )}
        </li>
      ))}
    </ul>
  );
}
