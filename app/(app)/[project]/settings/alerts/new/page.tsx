import type { Metadata } from "next";
import { AlertForm } from "@/components/settings/alerts/alert-form";
import { PageHeader } from "@/components/ui/page-header";
import { requirePage } from "@/lib/auth/guard";
import { readerZone } from "@/lib/http/zone";
import { teamOf } from "@/lib/organizations/team.queries";
import { listSegments } from "@/lib/segments/segments.queries";
import { eventsByName } from "@/lib/timeline/project-events.queries";
import { addAlert } from "../actions";

export const metadata: Metadata = { title: "New alert" };

export default async function NewAlertPage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project, member, organizationId } = await requirePage((await params).project, "manage");
  const [events, segments, team, zone] = await Promise.all([
    eventsByName(scope),
    listSegments(scope),
    teamOf(organizationId),
    readerZone(),
  ]);
  return (
    <>
      <PageHeader title="New alert" />
      <AlertForm
        projectId={project.id}
        alert={null}
        choices={{
          events: events.map(({ name }) => name),
          segments: segments.map(({ id, name }) => ({ id, name })),
          team: team.map(({ id, name }) => ({ id, name })),
          zone,
          self: member.id,
        }}
        add={addAlert.bind(null, project.id)}
      />
    </>
  );
}
