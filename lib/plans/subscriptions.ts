import { AppError } from "@/lib/errors";
import { entitlementOf, forgetPlans } from "@/lib/plans/entitlements.store";
import type { Payments } from "@/lib/plans/provider";
import {
  customerIdOf,
  isPaymentEventHandled,
  numberSubscriptionRead,
  recordPaymentEvent,
  storeCustomer,
  storeSubscription,
} from "@/lib/plans/subscriptions.store";

/**
 * Handles a webhook. It only signals a change: the state to store is read from the provider, so that events may arrive
 * twice, late and in any order. An event counts as handled once that is stored. If that fails, this throws, and the
 * provider sends the event again. Throws bad_request for an invalid signature.
 */
export async function handlePaymentEvent(
  provider: Payments,
  body: Buffer,
  signature: string,
  now: number,
): Promise<void> {
  const { id, customerId } = provider.readEvent(body, signature);
  if (customerId === null || (await isPaymentEventHandled(id))) return;
  await refreshSubscription(provider, customerId, now);
  await recordPaymentEvent(id, new Date(now));
}

/** Stores the provider's current state; does nothing for a customer who is not ours. */
export async function refreshSubscription(provider: Payments, customerId: string, now: number): Promise<void> {
  const read = await numberSubscriptionRead(customerId);
  if (read === null) return;
  await storeSubscription(customerId, read, await provider.subscriptionOf(customerId), new Date(now));
  forgetPlans();
}

/** The organization's customer at the provider, created if there is none. */
export async function ensureCustomer(provider: Payments, organization: { id: string; name: string }): Promise<string> {
  const known = await customerIdOf(organization.id);
  return known ?? storeCustomer(organization.id, await provider.createCustomer(organization));
}

/**
 * Throws `unprocessable` while the organization would still be charged, as its erasure loses the link to its customer.
 */
export async function requireNoRenewal(organizationId: string, now: number): Promise<void> {
  const state = (await customerIdOf(organizationId)) && (await entitlementOf(organizationId, now))?.state;
  if (!state || !(state.kind === "past_due" || (state.kind === "active" && state.cancelsAt === null))) return;
  throw new AppError("unprocessable", "Cancel the subscription first (Settings, Plan): it would still be charged.");
}
