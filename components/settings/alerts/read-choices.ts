import "server-only";
import type { Access } from "@/lib/auth/guard";
import { readerZone } from "@/lib/http/zone";
import { canSendMail } from "@/lib/mail/setup";
import { teamOf } from "@/lib/organizations/team.queries";
import { roleIn } from "@/lib/permissions";
import { listAccountSegments, listSegments } from "@/lib/segments/segments.queries";
import { eventsByName } from "@/lib/timeline/project-events.queries";
import type { AlertChoices } from "./alert-form";

/** The most event names a form suggests; any other can be typed. */
const MAX_EVENTS = 200;

/** The choices of an alert's form. */
export async function alertChoices({ scope, project, member, organizationId }: Access): Promise<AlertChoices> {
  const [events, people, accounts, team, zone] = await Promise.all([
    eventsByName(scope),
    listSegments(scope),
    listAccountSegments(scope),
    teamOf(organizationId),
    readerZone(),
  ]);
  const readers = team.filter(({ role, projectRoles }) => roleIn(role, projectRoles[project.id] ?? null) !== null);
  const named = (segments: readonly { id: string; name: string }[]) => segments.map(({ id, name }) => ({ id, name }));
  return {
    events: events.slice(0, MAX_EVENTS).map(({ name }) => name),
    segments: { people: named(people), accounts: named(accounts) },
    team: readers.map(({ id, name }) => ({ id, name })),
    zone,
    self: member.id,
    sendsMail: canSendMail(),
  };
}
