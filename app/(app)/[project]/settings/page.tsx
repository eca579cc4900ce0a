import type { Metadata } from "next";
import Link from "next/link";
import { PageHeader } from "@/components/app/page-header";
import { KeyList } from "@/components/settings/key-list";
import { NewKey } from "@/components/settings/new-key";
import { PrivacyFields } from "@/components/settings/privacy-fields";
import { RecognitionCards } from "@/components/settings/recognition-cards";
import { Refusals } from "@/components/settings/refusals";
import { Section } from "@/components/settings/section";
import { SettingsForm } from "@/components/settings/settings-form";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { requireMember } from "@/lib/auth/guard";
import { readerZone } from "@/lib/http/zone";
import { refusalsSince } from "@/lib/ingest/refusals.queries";
import { clientsOf, privacyOf } from "@/lib/projects/queries";
import { addKey, revokeKey, savePrivacy, savePrivacyRules, saveProject } from "./actions";

export const metadata: Metadata = { title: "Settings" };

const DAY_MS = 24 * 60 * 60 * 1000;
/** What is shown of what was not recorded. */
const COUNTED_DAYS = 30;

export default async function SettingsPage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project, role } = await requireMember((await params).project);
  const clock = { now: Date.now(), zone: await readerZone() };
  const since = new Date(clock.now - (COUNTED_DAYS - 1) * DAY_MS).toISOString().slice(0, 10);
  const [clients, privacy, refusals] = await Promise.all([
    clientsOf(scope),
    privacyOf(scope),
    refusalsSince(scope, since),
  ]);
  const editable = role !== "member";
  return (
    <>
      <PageHeader
        title="Settings"
        actions={
          <>
            <Button asChild variant="outline" size="sm">
              <Link href={`/${project.id}/settings/events`}>Events</Link>
            </Button>
            <Button asChild variant="outline" size="sm">
              <Link href={`/${project.id}/settings/debugger`}>Debugger</Link>
            </Button>
          </>
        }
      >
        {!editable && "Only owners and admins can change these"}
      </PageHeader>
      <Section id="project" title="Project" text="What it is called here, and the site it belongs to.">
        <SettingsForm projectId={project.id} action={saveProject} submit={editable ? "Save project" : null}>
          <Field name="name" label="Project name" defaultValue={project.name} autoComplete="off" required />
          <Field
            name="domain"
            label="Domain"
            defaultValue={project.domain ?? ""}
            placeholder="example.com"
            autoComplete="off"
            hint="Only pages of this domain and its subdomains may send with the public key. Empty: any page may."
          />
        </SettingsForm>
      </Section>
      <Section
        id="keys"
        title="Keys"
        text="What the snippet and your servers send along. A write key's id is public; secrets are shown once, when the key is created."
      >
        <div className="grid grid-cols-1 gap-3">
          <KeyList projectId={project.id} clients={clients} clock={clock} editable={editable} revoke={revokeKey} />
          {editable && (
            <div>
              <NewKey projectId={project.id} action={addKey} />
            </div>
          )}
        </div>
      </Section>
      <Section
        id="privacy"
        title="Privacy"
        text="IP addresses are used for the country and never stored. Changing this applies to visits from now on; paste the snippet again afterwards."
      >
        <SettingsForm projectId={project.id} action={savePrivacy} submit={editable ? "Save privacy" : null}>
          <RecognitionCards defaultValue={project.recognition} />
        </SettingsForm>
      </Section>
      <Section
        id="storage"
        title="What is not kept"
        text="Applied on the server before anything is stored, whatever the SDK sent. An event that was altered says so in its details."
      >
        <SettingsForm projectId={project.id} action={savePrivacyRules} submit={editable ? "Save rules" : null}>
          <PrivacyFields privacy={privacy} />
        </SettingsForm>
        <Refusals counts={refusals} days={COUNTED_DAYS} />
      </Section>
    </>
  );
}
