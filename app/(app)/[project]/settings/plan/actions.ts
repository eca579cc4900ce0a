"use server";

import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { requireTeam } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { formAction, formText } from "@/lib/http/action";
import { requestOrigin } from "@/lib/http/forwarded";
import { organizationName } from "@/lib/organizations/organizations.queries";
import { entitlementOf } from "@/lib/plans/entitlements.store";
import { requirePayments } from "@/lib/plans/payments";
import { planById } from "@/lib/plans/plans";
import { ensureCustomer, refreshSubscription } from "@/lib/plans/subscriptions";
import { customerIdOf } from "@/lib/plans/subscriptions.store";

const pageOf = async (projectId: string) => `${requestOrigin(await headers())}/${projectId}/settings/plan`;

/** Sends an owner to the payment provider, to pay for a plan or to change the existing subscription. */
export const choosePlan = formAction(async (form): Promise<string> => {
  const { team, project } = await requireTeam(formText(form, "projectId"), "own", "plan");
  const provider = requirePayments();
  const plan = planById(formText(form, "plan"));
  if (!plan) throw new AppError("unprocessable", "There is no such plan.", { field: "plan" });
  const now = Date.now();
  const { organizationId } = team;
  // Begins the trial if nobody has opened the organization before.
  await entitlementOf(organizationId, now);
  const customerId = await ensureCustomer(provider, { id: organizationId, name: await organizationName(team) });
  await refreshSubscription(provider, customerId, now);
  const state = (await entitlementOf(organizationId, now))?.state;
  const page = await pageOf(project.id);
  if (state?.kind === "active" || state?.kind === "past_due") redirect(await provider.portal(customerId, page));
  const trialEndsAt = state?.kind === "trial" ? state.endsAt : 0;
  const back = { done: `${page}?paid=1`, cancelled: page };
  redirect(await provider.checkout({ customerId, plan, trialEndsAt, back }, now));
});

/** Sends an owner to the payment provider's page for cards, invoices and cancelling. */
export const managePlan = formAction(async (form): Promise<string> => {
  const { team, project } = await requireTeam(formText(form, "projectId"), "own", "plan");
  const provider = requirePayments();
  const customerId = await customerIdOf(team.organizationId);
  if (!customerId) throw new AppError("not_found", "There is no subscription yet. Choose a plan first.");
  redirect(await provider.portal(customerId, await pageOf(project.id)));
});
