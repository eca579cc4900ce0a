import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PlanButton } from "@/components/settings/plan-buttons";
import { PlanList } from "@/components/settings/plan-list";
import { PlanStateCard } from "@/components/settings/plan-state";
import { PlanUsage } from "@/components/settings/plan-usage";
import { SettingsHeader } from "@/components/settings/settings-header";
import { FormSection } from "@/components/ui/form-section";
import { requireTeamPage } from "@/lib/auth/guard";
import { readerZone } from "@/lib/http/zone";
import { entitlementOf } from "@/lib/plans/entitlements.store";
import { payments } from "@/lib/plans/payments";
import { READING_GRACE_DAYS } from "@/lib/plans/plans";
import { refreshSubscription } from "@/lib/plans/subscriptions";
import { customerIdOf } from "@/lib/plans/subscriptions.store";
import { choosePlan, managePlan } from "./actions";

export const metadata: Metadata = { title: "Plan" };

type Props = { params: Promise<{ project: string }>; searchParams: Promise<{ paid?: unknown }> };

export default async function PlanPage({ params, searchParams }: Props) {
  const { project, team } = await requireTeamPage((await params).project, "own");
  const [now, provider, zone] = [Date.now(), payments(), await readerZone()];
  const customerId = provider && (await customerIdOf(team.organizationId));
  // Back from the checkout: the page need not wait for the webhook.
  const isBack = (await searchParams).paid !== undefined;
  if (provider && customerId && isBack) await refreshSubscription(provider, customerId, now).catch(() => undefined);
  const { state, usage, limit } = (await entitlementOf(team.organizationId, now)) ?? notFound();
  const plan = "plan" in state ? state.plan : null;
  const verb = state.kind === "active" || state.kind === "past_due" ? "Change to" : "Choose";
  return (
    <>
      <SettingsHeader projectId={project.id} title="Plan">
        For all projects of the organization
      </SettingsHeader>
      <FormSection
        id="state"
        title="Current plan"
        text={`If the trial or plan ends, or a payment fails, screens close after ${READING_GRACE_DAYS} days. Events are still stored, and settings, downloads, and exporting and erasing people always work.`}
      >
        <div className="grid gap-3">
          <PlanStateCard state={state} now={now} zone={zone} />
          {customerId && <PlanButton projectId={project.id} label="Card, invoices, cancellation" action={managePlan} />}
        </div>
      </FormSection>
      <FormSection
        id="usage"
        title="Usage"
        text="Every stored event counts once, on the day it arrived (UTC). Calls about people and accounts and the data of the example project are free. Above the limit nothing is lost or hidden."
      >
        <PlanUsage usage={usage} limit={limit} />
      </FormSection>
      <FormSection
        id="plans"
        title="Plans"
        text={
          provider
            ? "Prices exclude tax. You pay on Stripe's pages; card details never reach this server. Nothing is charged before the trial ends."
            : "Prices exclude tax. Payments are not set up on this instance: ask its operator for a plan."
        }
      >
        <PlanList
          current={plan?.id ?? null}
          choose={
            provider
              ? ({ id, name }) =>
                  id !== plan?.id && (
                    <PlanButton
                      projectId={project.id}
                      plan={id}
                      label={verb === "Choose" ? "Choose" : "Change"}
                      ariaLabel={`${verb} ${name}`}
                      action={choosePlan}
                    />
                  )
              : undefined
          }
        />
      </FormSection>
    </>
  );
}
