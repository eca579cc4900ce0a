"use client";

import { useActionState } from "react";
import { ROLE_LABELS } from "@/components/settings/role-select";
import type { Clock } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { CopyButton } from "@/components/ui/copy-button";
import { ErrorMessage } from "@/components/ui/error-message";
import type { FormAction } from "@/components/ui/fields-form";
import { SubmitButton } from "@/components/ui/submit-button";
import { formatDate } from "@/lib/format/time";
import { IDLE } from "@/lib/http/form";
import type { Role } from "@/lib/permissions";

type InvitationsProps = {
  projectId: string;
  invitations: Shown[];
  clock: Clock;
  withdraw: FormAction;
};

type Shown = {
  id: string;
  email: string | null;
  role: Role;
  expiresAt: Date;
  link: string | null;
  isMailed: boolean;
  isOver: boolean;
  inviter: string | null;
};

/** How it was sent, until when it can be accepted, or why it no longer can. */
function statusOf({ link, isMailed, isOver, inviter, expiresAt }: Shown, clock: Clock): string {
  const by = inviter ?? "somebody who left";
  if (isOver) return `No longer valid: ${by} may no longer give this role.`;
  const made = isMailed ? "Mailed, valid" : link === null ? `Link passed on by ${by}, valid` : "Valid";
  return `${made} until ${formatDate(expiresAt.getTime(), clock.zone)}`;
}

/** The open invitations, each with its link if there is one to pass on. Renders nothing without invitations. */
export function Invitations({ projectId, invitations, clock, withdraw }: InvitationsProps) {
  const [state, send] = useActionState(withdraw, IDLE);
  if (invitations.length === 0) return null;
  return (
    <div className="grid grid-cols-1 gap-2">
      <h3 className="font-medium text-sm">Open invitations</h3>
      {state.status === "failed" && <ErrorMessage>{state.message}</ErrorMessage>}
      <ul className="divide-y rounded-lg border">
        {invitations.map((invitation) => {
          const { id, email, role, link } = invitation;
          return (
            <li key={id} className="flex items-center gap-3 px-3.5 py-2.5">
              <div className="min-w-0 flex-1">
                <div className="flex flex-wrap items-center gap-2 text-sm">
                  <span className="min-w-0 truncate font-medium">{email ?? "Anybody with the link"}</span>
                  <Badge variant="neutral">{ROLE_LABELS[role]}</Badge>
                </div>
                <p className="text-muted-foreground text-xs">{statusOf(invitation, clock)}</p>
                {link !== null && (
                  <div className="flex items-center gap-1">
                    <code className="min-w-0 truncate font-mono text-muted-foreground text-xs">{link}</code>
                    <CopyButton
                      iconOnly
                      value={link}
                      label={`Copy the link for ${email ?? "anybody"}`}
                      className="size-6 [&_svg]:size-3.5"
                    />
                  </div>
                )}
              </div>
              <form action={send}>
                <input type="hidden" name="projectId" value={projectId} />
                <input type="hidden" name="invitationId" value={id} />
                <SubmitButton
                  variant="ghost"
                  size="sm"
                  aria-label={`Withdraw the invitation for ${email ?? "anybody"}`}
                >
                  Withdraw
                </SubmitButton>
              </form>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
