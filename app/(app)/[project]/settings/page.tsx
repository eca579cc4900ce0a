import type { Metadata } from "next";
import { CeilingUse } from "@/components/settings/ceiling-use";
import { KeysSection } from "@/components/settings/keys-section";
import { OwnSegments } from "@/components/settings/own-segments";
import { ProxyNotice } from "@/components/settings/proxy-notice";
import { COUNTED_DAYS, readSettings } from "@/components/settings/read-settings";
import { Refusals } from "@/components/settings/refusals";
import { SettingSection } from "@/components/settings/setting-section";
import { SettingsLinks } from "@/components/settings/settings-links";
import { SigningSecret } from "@/components/settings/signing-secret";
import { PageHeader } from "@/components/ui/page-header";
import { requireMember } from "@/lib/auth/guard";
import { isHosted } from "@/lib/config";
import { newSigningSecret, saveSettings } from "./actions";
import { addKey, revokeKey, rotateKey } from "./key-actions";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage({ params }: { params: Promise<{ project: string }> }) {
  const access = await requireMember((await params).project);
  const { project, may, team, teamRole } = access;
  const { clock, clients, values, refusals, used, ownSegments, advice } = await readSettings(access);
  const projectId = project.id;
  const editable = may.manage;
  const form = { projectId, values, action: saveSettings, editable };
  return (
    <>
      <PageHeader
        title="Settings"
        actions={
          <SettingsLinks projectId={projectId} isAdmin={team !== null} showsPlan={isHosted() && teamRole === "owner"} />
        }
      >
        {!editable && "Only owners and admins can change these"}
      </PageHeader>
      <ProxyNotice advice={advice} />
      <SettingSection {...form} group="project" />
      <KeysSection
        projectId={projectId}
        clients={clients}
        clock={clock}
        editable={editable}
        actions={{ add: addKey, revoke: revokeKey, rotate: rotateKey }}
      />
      <SettingSection {...form} group="recognition" />
      <SettingSection {...form} group="identity">
        {editable && (
          <div className="mt-4">
            <SigningSecret projectId={projectId} action={newSigningSecret} />
          </div>
        )}
      </SettingSection>
      <SettingSection {...form} group="storage" saves="rules">
        <Refusals counts={refusals} days={COUNTED_DAYS} />
      </SettingSection>
      <SettingSection {...form} group="masking" />
      <SettingSection {...form} group="accounts">
        <OwnSegments projectId={projectId} ids={values.internalSegments} names={ownSegments} />
      </SettingSection>
      <SettingSection {...form} group="lifecycle" />
      <SettingSection {...form} group="ceilings">
        <CeilingUse used={used} ceilings={values} />
      </SettingSection>
    </>
  );
}
