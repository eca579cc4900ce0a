import type { Metadata } from "next";
import { CeilingUse } from "@/components/settings/ceiling-use";
import { KeyList } from "@/components/settings/key-list";
import { NewKey } from "@/components/settings/new-key";
import { OwnSegments } from "@/components/settings/own-segments";
import { ProxyNotice } from "@/components/settings/proxy-notice";
import { Refusals } from "@/components/settings/refusals";
import { Section } from "@/components/settings/section";
import { SETTING_SECTIONS } from "@/components/settings/setting-sections";
import { SettingsForm } from "@/components/settings/settings-form";
import { SettingsLinks } from "@/components/settings/settings-links";
import { SigningSecret } from "@/components/settings/signing-secret";
import { PageHeader } from "@/components/ui/page-header";
import { requireMember } from "@/lib/auth/guard";
import { config, isHosted } from "@/lib/config";
import { proxyAdvice, proxyFault, proxyFaultOfSettings } from "@/lib/http/proxy-watch";
import { readerZone } from "@/lib/http/zone";
import { hourlyMegabytes } from "@/lib/ingest/http/hourly-bytes";
import { refusalsSince } from "@/lib/ingest/privacy/refusal-counts.queries";
import { clientsOf, settingValues } from "@/lib/projects/projects.queries";
import type { SettingGroup } from "@/lib/projects/setting-kinds";
import { fieldsOf } from "@/lib/projects/setting-list";
import { ceilingUse } from "@/lib/projects/usage.queries";
import { segmentNames } from "@/lib/segments/segments.queries";
import { newSigningSecret, saveSettings } from "./actions";
import { addKey, revokeKey, rotateKey } from "./key-actions";

export const metadata: Metadata = { title: "Settings" };

const DAY_MS = 24 * 60 * 60 * 1000;
/** Days of refusal counts shown. */
const COUNTED_DAYS = 30;

export default async function SettingsPage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project, may, team, teamRole } = await requireMember((await params).project);
  const clock = { now: Date.now(), zone: await readerZone() };
  const since = new Date(clock.now - (COUNTED_DAYS - 1) * DAY_MS).toISOString().slice(0, 10);
  const [clients, values, refusals, use, hourly] = await Promise.all([
    clientsOf(scope),
    settingValues(scope),
    refusalsSince(scope, since),
    ceilingUse(scope),
    hourlyMegabytes(project.id, clock.now),
  ]);
  const ownSegments = await segmentNames(scope, values.internalSegments);
  const editable = may.manage;
  const { APP_URL, TRUSTED_PROXIES } = config();
  const proxies = editable ? (proxyFaultOfSettings(APP_URL, TRUSTED_PROXIES) ?? proxyFault()) : null;
  const form = (group: SettingGroup) => ({
    projectId: project.id,
    group,
    fields: fieldsOf(group, values),
    action: saveSettings,
  });
  const plain = (group: SettingGroup) => (
    <Section id={group} {...SETTING_SECTIONS[group]}>
      <SettingsForm {...form(group)} submit={editable ? `Save ${SETTING_SECTIONS[group].title.toLowerCase()}` : null} />
    </Section>
  );
  return (
    <>
      <PageHeader
        title="Settings"
        actions={
          <SettingsLinks
            projectId={project.id}
            isAdmin={team !== null}
            showsPlan={isHosted() && teamRole === "owner"}
          />
        }
      >
        {!editable && "Only owners and admins can change these"}
      </PageHeader>
      <ProxyNotice advice={proxies && proxyAdvice(proxies, TRUSTED_PROXIES)} />
      {plain("project")}
      <Section
        id="keys"
        title="Keys"
        text="The snippet and your servers send these. A write key's id is public; secrets are shown once, when the key is created."
      >
        <div className="grid grid-cols-1 gap-3">
          <KeyList
            projectId={project.id}
            clients={clients}
            clock={clock}
            editable={editable}
            actions={{ revoke: revokeKey, rotate: rotateKey }}
          />
          {editable && (
            <div>
              <NewKey projectId={project.id} action={addKey} />
            </div>
          )}
        </div>
      </Section>
      {plain("recognition")}
      <Section id="identity" {...SETTING_SECTIONS.identity}>
        <div className="grid grid-cols-1 gap-4">
          <SettingsForm {...form("identity")} submit={editable ? "Save user ids" : null} />
          {editable && (
            <div>
              <SigningSecret projectId={project.id} action={newSigningSecret} />
            </div>
          )}
        </div>
      </Section>
      <Section id="storage" {...SETTING_SECTIONS.storage}>
        <SettingsForm {...form("storage")} submit={editable ? "Save rules" : null} />
        <Refusals counts={refusals} days={COUNTED_DAYS} />
      </Section>
      {plain("masking")}
      <Section id="accounts" {...SETTING_SECTIONS.accounts}>
        <SettingsForm {...form("accounts")} submit={editable ? "Save companies and own team" : null} />
        <OwnSegments projectId={project.id} ids={values.internalSegments} names={ownSegments} />
      </Section>
      {plain("lifecycle")}
      <Section id="ceilings" {...SETTING_SECTIONS.ceilings}>
        <SettingsForm {...form("ceilings")} submit={editable ? "Save ceilings" : null} />
        <CeilingUse used={{ ...use, maxMegabytesPerHour: hourly }} ceilings={values} />
      </Section>
    </>
  );
}
