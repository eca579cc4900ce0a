import sql from "sql-template-tag";
import { prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { isOwing } from "@/lib/plans/plans";
import type { Subscription } from "@/lib/plans/provider";

const DAY_MS = 24 * 60 * 60_000;
/** How long handled events are remembered, in ms; the provider repeats an event for three days. */
const HANDLED_KEPT_MS = 30 * DAY_MS;

/** The organization's customer at the provider; null if it never opened the checkout. Primary key. */
export async function customerIdOf(organizationId: string): Promise<string | null> {
  const row = await prisma().organizationPlan.findUnique({ where: { organizationId }, select: { customerId: true } });
  return row?.customerId ?? null;
}

/** Stores the customer unless there already is one; returns the stored one. */
export async function storeCustomer(organizationId: string, customerId: string): Promise<string> {
  await prisma().organizationPlan.updateMany({ where: { organizationId, customerId: null }, data: { customerId } });
  const customer = await customerIdOf(organizationId);
  if (!customer) throw new AppError("not_found", "This organization no longer exists.");
  return customer;
}

/**
 * Assigns a number to a read of the subscription before it begins; null for an unknown customer.
 * organization_plans_customer_id_key.
 */
export async function numberSubscriptionRead(customerId: string): Promise<number | null> {
  const rows = await prisma().$queryRaw<{ read: number }[]>(sql`
    UPDATE organization_plans SET reads_begun = reads_begun + 1
     WHERE customer_id = ${customerId} RETURNING reads_begun AS read`);
  return rows[0]?.read ?? null;
}

/** Stores the result of the read with number `read`, unless that of a later read is stored already. */
export async function storeSubscription(
  customerId: string,
  read: number,
  found: Subscription | null,
  now: Date,
): Promise<void> {
  const time = (at: number | null | undefined) => (at ? new Date(at) : null);
  await prisma().$executeRaw(sql`
    UPDATE organization_plans
       SET plan = ${found?.plan ?? null}, status = ${found?.status ?? null},
           period_ends_at = ${time(found?.periodEndsAt)}, cancels_at = ${time(found?.cancelsAt)},
           ended_at = ${time(found?.endedAt)},
           past_due_since = CASE WHEN ${isOwing(found?.status ?? null)} THEN coalesce(past_due_since, ${now}) END,
           read_stored = ${read}
     WHERE customer_id = ${customerId} AND read_stored < ${read}`);
}

/** Whether an event of the provider has been handled. Primary key. */
export const isPaymentEventHandled = async (eventId: string): Promise<boolean> =>
  (await prisma().paymentEvent.count({ where: { id: eventId } })) > 0;

/** Records that an event was handled, and deletes events that are too old to be repeated. */
export async function recordPaymentEvent(eventId: string, now: Date): Promise<void> {
  await prisma().paymentEvent.createMany({ data: [{ id: eventId, handledAt: now }], skipDuplicates: true });
  await prisma().paymentEvent.deleteMany({ where: { handledAt: { lt: new Date(now.getTime() - HANDLED_KEPT_MS) } } });
}
