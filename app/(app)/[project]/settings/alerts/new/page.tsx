import type { Metadata } from "next";
import { AlertForm } from "@/components/settings/alerts/alert-form";
import { alertChoices } from "@/components/settings/alerts/choices";
import { PageHeader } from "@/components/ui/page-header";
import { requirePage } from "@/lib/auth/guard";
import { addAlert } from "../actions";

export const metadata: Metadata = { title: "New alert" };

export default async function NewAlertPage({ params }: { params: Promise<{ project: string }> }) {
  const access = await requirePage((await params).project, "manage");
  const { project } = access;
  return (
    <>
      <PageHeader title="New alert" />
      <AlertForm
        projectId={project.id}
        alert={null}
        choices={await alertChoices(access)}
        add={addAlert.bind(null, project.id)}
      />
    </>
  );
}
