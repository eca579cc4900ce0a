import { RevokeKey } from "@/components/settings/revoke-key";
import { type Keys, RotateKey } from "@/components/settings/rotate-key";
import { Ago, type Clock } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { CopyButton } from "@/components/ui/copy-button";
import { formatDate, formatDateTime } from "@/lib/format/time";
import type { ActionState } from "@/lib/http/form";
import type { ClientListed } from "@/lib/projects/projects.queries";
import type { ClientMode } from "@/lib/projects/schemas";

type KeyListProps = {
  projectId: string;
  clients: ClientListed[];
  clock: Clock;
  editable: boolean;
  actions: {
    revoke: (previous: ActionState<string>, form: FormData) => Promise<ActionState<string>>;
    rotate: (previous: ActionState<Keys>, form: FormData) => Promise<ActionState<Keys>>;
  };
};

const MODE_LABELS: Record<ClientMode, string> = { write: "Write", read: "Read", root: "Root" };

/** The project's keys, revoked ones last and struck out. Secrets are stored as hashes only. */
export function KeyList({ projectId, clients, clock, editable, actions }: KeyListProps) {
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
                {client.revokedAt ? "Revoked" : MODE_LABELS[client.mode]}
              </Badge>
              <span className="text-muted-foreground text-xs">
                {client.revokedAt
                  ? `revoked ${formatDate(client.revokedAt.getTime(), clock.zone)}`
                  : `since ${formatDate(client.createdAt.getTime(), clock.zone)}, `}
                {!client.revokedAt && <LastUsed at={client.lastUsedAt} clock={clock} />}
              </span>
            </div>
            {!client.revokedAt && client.oldSecretUntil && client.oldSecretUntil.getTime() > clock.now && (
              <p className="text-muted-foreground text-xs">
                The old secret works until {formatDateTime(client.oldSecretUntil.getTime(), clock.zone)}
              </p>
            )}
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
            <div className="flex flex-wrap justify-end">
              <RotateKey projectId={projectId} client={{ id: client.id, name: client.name }} action={actions.rotate} />
              <RevokeKey projectId={projectId} client={{ id: client.id, name: client.name }} action={actions.revoke} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function LastUsed({ at, clock }: { at: Date | null; clock: Clock }) {
  if (at === null) return "not used yet";
  return (
    <>
      last used <Ago ts={at.getTime()} clock={clock} />
    </>
  );
}
