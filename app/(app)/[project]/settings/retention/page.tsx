import type { Metadata } from "next";
import { LastRun } from "@/components/settings/last-run";
import { RetentionForm } from "@/components/settings/retention-form";
import { Section } from "@/components/settings/section";
import { SETTING_SECTIONS } from "@/components/settings/setting-sections";
import { SettingsHeader } from "@/components/settings/settings-header";
import { requireMember } from "@/lib/auth/guard";
import { readerZone } from "@/lib/http/zone";
import { runOf } from "@/lib/privacy/retention-runs.store";
import { settingValues } from "@/lib/projects/projects.queries";
import { fieldsOf } from "@/lib/projects/setting-list";
import { saveSettings } from "../actions";
import { previewLimits } from "./actions";

export const metadata: Metadata = { title: "Retention" };

export default async function RetentionPage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project, may } = await requireMember((await params).project);
  const [values, run, zone] = await Promise.all([settingValues(scope), runOf(scope), readerZone()]);
  return (
    <>
      <SettingsHeader projectId={project.id} title="Retention">
        {!may.manage && "Only owners and admins can change these"}
      </SettingsHeader>
      <Section id="limits" {...SETTING_SECTIONS.retention}>
        <RetentionForm
          projectId={project.id}
          fields={fieldsOf("retention", values)}
          editable={may.manage}
          save={saveSettings}
          preview={previewLimits}
        />
      </Section>
      <Section
        id="run"
        title="Last run"
        text="Events are deleted in small steps once a day, from the beginning of the day in UTC."
      >
        <LastRun run={run} zone={zone} isOn={values.retentionDays > 0 || values.eventRetention.length > 0} />
      </Section>
    </>
  );
}
