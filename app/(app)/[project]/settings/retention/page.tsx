import type { Metadata } from "next";
import { LastRun } from "@/components/settings/last-run";
import { RetentionForm } from "@/components/settings/retention-form";
import { SelfService } from "@/components/settings/self-service";
import { SETTING_SECTIONS } from "@/components/settings/setting-sections";
import { SettingsHeader } from "@/components/settings/settings-header";
import { FormSection } from "@/components/ui/form-section";
import { Link } from "@/components/ui/link";
import { requireMember } from "@/lib/auth/guard";
import { readerZone } from "@/lib/http/zone";
import { latestRunOf } from "@/lib/privacy/retention-runs.store";
import { settingValues } from "@/lib/projects/projects.queries";
import { selfServiceVersion } from "@/lib/projects/self-service.store";
import { fieldsOf } from "@/lib/projects/setting-list";
import { saveSettings } from "../actions";
import { makeSelfServiceSecret, previewLimits, switchSelfServiceOff } from "./actions";

export const metadata: Metadata = { title: "Retention" };

export default async function RetentionPage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project, may } = await requireMember((await params).project);
  const [values, run, zone, version] = await Promise.all([
    settingValues(scope),
    latestRunOf(scope),
    readerZone(),
    selfServiceVersion(project.id),
  ]);
  return (
    <>
      <SettingsHeader projectId={project.id} title="Retention">
        {!may.manage && "Only owners and admins can change these"}
      </SettingsHeader>
      <FormSection id="limits" {...SETTING_SECTIONS.retention}>
        <RetentionForm
          projectId={project.id}
          fields={fieldsOf("retention", values)}
          editable={may.manage}
          save={saveSettings}
          preview={previewLimits}
        />
      </FormSection>
      <FormSection
        id="run"
        title="Last run"
        text="Events are deleted in small steps once a day, from the beginning of the day in UTC."
      >
        <LastRun run={run} zone={zone} isOn={values.retentionDays > 0 || values.eventRetention.length > 0} />
      </FormSection>
      <FormSection
        id="self-service"
        title="Self-service links"
        text={`A link that your server signs lets a user see, download and erase their own data. ${version === null ? "Off." : "On."}`}
      >
        <div className="grid gap-3">
          {may.manage && (
            <SelfService
              projectId={project.id}
              isOn={version !== null}
              make={makeSelfServiceSecret}
              end={switchSelfServiceOff}
            />
          )}
          <Link href="/docs/self-service" className="text-primary text-sm underline-offset-4 hover:underline">
            How to create a link
          </Link>
        </div>
      </FormSection>
    </>
  );
}
