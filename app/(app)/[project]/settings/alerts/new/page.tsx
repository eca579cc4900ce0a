import type { Metadata } from "next";
import type { SearchParams } from "@/components/search-params";
import { AlertForm } from "@/components/settings/alerts/alert-form";
import { prefilledAlert } from "@/components/settings/alerts/prefilled";
import { alertChoices } from "@/components/settings/alerts/read-choices";
import { PageHeader } from "@/components/ui/page-header";
import { requirePage } from "@/lib/auth/guard";
import { addAlert } from "../actions";

export const metadata: Metadata = { title: "New alert" };

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

export default async function NewAlertPage({ params, searchParams }: Props) {
  const access = await requirePage((await params).project, "manage");
  const { project } = access;
  const choices = await alertChoices(access);
  return (
    <>
      <PageHeader title="New alert" />
      <AlertForm
        projectId={project.id}
        alert={null}
        choices={choices}
        prefilled={prefilledAlert(await searchParams, choices)}
        add={addAlert.bind(null, project.id)}
      />
    </>
  );
}
