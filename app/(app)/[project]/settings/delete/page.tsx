import type { Metadata } from "next";
import { MoveProject } from "@/components/settings/move-project";
import { SettingsHeader } from "@/components/settings/settings-header";
import { TypedNameForm } from "@/components/settings/typed-name-form";
import { FormSection } from "@/components/ui/form-section";
import { requireTeamPage } from "@/lib/auth/guard";
import { isHosted } from "@/lib/config";
import { pluralCount } from "@/lib/format/number";
import { deletionPreview, organizationSize } from "@/lib/projects/deletion.queries";
import { moveTargets } from "@/lib/projects/move.queries";
import { RESTORE_DAYS } from "@/lib/projects/schemas";
import { deleteOrganizationAction, deleteProjectAction } from "./actions";
import { moveProjectAction } from "./move-actions";

export const metadata: Metadata = { title: "Move or delete" };

const afterwards = (what: string) =>
  `Nobody can open ${what} any more and its keys are rejected, so events sent meanwhile are lost. You can restore it for ${RESTORE_DAYS} days on your account page. After that, all its data is erased.`;

export default async function DeletePage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project, team } = await requireTeamPage((await params).project, "administer");
  const isOwner = team.role === "owner";
  const [going, organization, targets] = await Promise.all([
    deletionPreview(scope),
    organizationSize(team.organizationId),
    isOwner ? moveTargets(team, project.id) : null,
  ]);
  return (
    <>
      <SettingsHeader projectId={project.id} title="Move or delete" />
      {targets && (
        <MoveProject
          project={project}
          organization={organization.name}
          targets={targets}
          hasPlans={isHosted()}
          action={moveProjectAction}
        />
      )}
      <FormSection id="project" title={`Delete ${project.name}`} text={afterwards("the project")}>
        <TypedNameForm
          projectId={project.id}
          name={project.name}
          submit="Delete project"
          effects={[
            "all its events and visits",
            ...going.filter(({ count }) => count > 0).map(({ what, count }) => pluralCount(count, what)),
          ]}
          effectsLabel={`What is deleted with ${project.name}`}
          action={deleteProjectAction}
        />
      </FormSection>
      {isOwner && (
        <FormSection id="organization" title={`Delete ${organization.name}`} text={afterwards("the organization")}>
          <TypedNameForm
            projectId={project.id}
            name={organization.name}
            submit="Delete organization"
            effectsLabel={`What is deleted with ${organization.name}`}
            effects={[
              `${pluralCount(organization.projects.length, "project")}: ${organization.projects.join(", ")}`,
              `the membership of ${pluralCount(organization.members, "member")}; their accounts stay`,
            ]}
            action={deleteOrganizationAction}
          />
        </FormSection>
      )}
    </>
  );
}
