import type { Metadata } from "next";
import { DataMap } from "@/components/settings/data-map";
import { NoticeText } from "@/components/settings/notice-text";
import { SettingsHeader } from "@/components/settings/settings-header";
import { FormSection } from "@/components/ui/form-section";
import { requireMember } from "@/lib/auth/guard";
import { config, isHosted } from "@/lib/config";
import { readerZone } from "@/lib/http/zone";
import { dataCounts } from "@/lib/privacy/data-counts.queries";
import { privacyNotice } from "@/lib/privacy/notice";
import { settingValues } from "@/lib/projects/projects.queries";

export const metadata: Metadata = { title: "Privacy" };

export default async function PrivacySettingsPage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project } = await requireMember((await params).project);
  const [values, counts, zone] = await Promise.all([settingValues(scope), dataCounts(scope), readerZone()]);
  const server = { isHosted: isHosted(), hasCities: config().GEO_DATABASE !== "" };
  return (
    <>
      <SettingsHeader projectId={project.id} title="Privacy">
        What is stored, and text for your privacy notice
      </SettingsHeader>
      <DataMap projectId={project.id} values={values} counts={counts} zone={zone} />
      <FormSection
        id="notice"
        title="For your privacy notice"
        text="Generated from the current settings: copy it again when they change. Fill in the brackets and have it reviewed. This is not legal advice."
      >
        <NoticeText text={privacyNotice(values, server)} />
      </FormSection>
    </>
  );
}
