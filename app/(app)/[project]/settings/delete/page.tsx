import type { Metadata } from "next";
import { DeleteForm } from "@/components/settings/delete-form";
import { Section } from "@/components/settings/section";
import { SettingsHeader } from "@/components/settings/settings-header";
import { requireTeamPage } from "@/lib/auth/guard";
import { counted } from "@/lib/format/number";
import { deletionPreview, organizationSize } from "@/lib/projects/deletion.queries";
import { GRACE_DAYS } from "@/lib/projects/rule";
import { deleteOrganizationAction, deleteProjectAction } from "./actions";

export const metadata: Metadata = { title: "Delete" };

const afterwards = (what: string) =>
  `Nobody can open ${what} any more and its keys are rejected, so events sent meanwhile are lost. You can restore it for ${GRACE_DAYS} days on your account page. After that, all its data is erased.`;

export default async function DeletePage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project, team } = await requireTeamPage((await params).project, "administer");
  const [going, organization] = await Promise.all([deletionPreview(scope), organizationSize(team.organizationId)]);
  return (
    <>
      <SettingsHeader projectId={project.id} title="Delete" />
      <Section id="project" title={`Delete ${project.name}`} text={afterwards("the project")}>
        <DeleteForm
          projectId={project.id}
          name={project.name}
          submit="Delete project"
          going={["all its events and visits", ...going.map(({ what, count }) => counted(count, what))]}
          action={deleteProjectAction}
        />
      </Section>
      {team.role === "owner" && (
        <Section id="organization" title={`Delete ${organization.name}`} text={afterwards("the organization")}>
          <DeleteForm
            projectId={project.id}
            name={organization.name}
            submit="Delete organization"
            going={[
              `${counted(organization.projects.length, "project")}: ${organization.projects.join(", ")}`,
              `the membership of ${counted(organization.members, "member")}; their accounts stay`,
            ]}
            action={deleteOrganizationAction}
          />
        </Section>
      )}
    </>
  );
}
