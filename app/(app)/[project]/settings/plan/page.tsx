import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PlanList } from "@/components/settings/plan-list";
import { PlanStanding } from "@/components/settings/plan-standing";
import { PlanUsage } from "@/components/settings/plan-usage";
import { Section } from "@/components/settings/section";
import { SettingsHeader } from "@/components/settings/settings-header";
import { requireTeamPage } from "@/lib/auth/guard";
import { readerZone } from "@/lib/http/zone";
import { entitlementOf } from "@/lib/plans/entitlements";
import { GRACE_DAYS } from "@/lib/plans/plans";

export const metadata: Metadata = { title: "Plan" };

export default async function PlanPage({ params }: { params: Promise<{ project: string }> }) {
  const { project, team } = await requireTeamPage((await params).project, "own");
  const now = Date.now();
  const entitlement = (await entitlementOf(team.organizationId, now)) ?? notFound();
  const { standing, usage, limit } = entitlement;
  const zone = await readerZone();
  const plan = "plan" in standing ? standing.plan : null;
  return (
    <>
      <SettingsHeader projectId={project.id} title="Plan">
        For all projects of the organization
      </SettingsHeader>
      <Section
        id="standing"
        title="Now"
        text={`Without a plan or a payment, screens are closed after ${GRACE_DAYS} days. Events are stored all the same, and settings, downloads, exporting and erasing people always work.`}
      >
        <PlanStanding standing={standing} now={now} zone={zone} />
      </Section>
      <Section
        id="usage"
        title="Usage"
        text="Every stored event counts once, on the day it arrived (UTC). Calls about people and accounts are free. Above the limit nothing is lost or hidden."
      >
        <PlanUsage usage={usage} limit={limit} />
      </Section>
      <Section id="plans" title="Plans" text="Prices without taxes. Change or cancel at any time.">
        <PlanList current={plan?.id ?? null} />
      </Section>
    </>
  );
}
