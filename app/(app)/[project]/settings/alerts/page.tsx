import type { Metadata } from "next";
import { AlertList } from "@/components/settings/alerts/alert-list";
import { SettingsHeader } from "@/components/settings/settings-header";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { alertRows } from "@/lib/alerts/alerts.queries";
import { requireMember } from "@/lib/auth/guard";
import { readerZone } from "@/lib/http/zone";
import { teamOf } from "@/lib/organizations/team.queries";

export const metadata: Metadata = { title: "Alerts" };

export default async function AlertsPage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project, may, organizationId } = await requireMember((await params).project);
  const [rows, team, zone] = await Promise.all([alertRows(scope), teamOf(organizationId), readerZone()]);
  return (
    <>
      <SettingsHeader
        projectId={project.id}
        title="Alerts"
        actions={
          may.manage &&
          rows.length > 0 && (
            <Button asChild size="sm">
              <Link href={`/${project.id}/settings/alerts/new`}>New alert</Link>
            </Button>
          )
        }
      >
        {may.manage ? "Who is notified when something happens, and how" : "Only owners and admins can change these"}
      </SettingsHeader>
      <AlertList
        projectId={project.id}
        rows={rows}
        names={Object.fromEntries(team.map(({ id, name }) => [id, name]))}
        clock={{ now: Date.now(), zone }}
        mayChange={may.manage}
      />
    </>
  );
}
