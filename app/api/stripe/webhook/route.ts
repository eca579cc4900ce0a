import { readBytes } from "@/lib/http/body";
import { handle } from "@/lib/http/handle";
import { requirePayments } from "@/lib/plans/payments";
import { handlePaymentEvent } from "@/lib/plans/subscriptions";

/** Stripe's largest events have some 100 KiB. */
const MAX_BYTES = 512 * 1024;

/** POST /api/stripe/webhook: Stripe reports a changed subscription. 404 while payments are not set up. */
export const POST = handle(async (request) => {
  const provider = requirePayments();
  const body = await readBytes(request.body, MAX_BYTES);
  await handlePaymentEvent(provider, body, request.headers.get("stripe-signature") ?? "", Date.now());
  return Response.json({ received: true });
});
