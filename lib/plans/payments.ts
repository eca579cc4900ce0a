import { config } from "@/lib/config";
import { AppError } from "@/lib/errors";
import type { Payments } from "@/lib/plans/provider";
import { stripePayments } from "@/lib/plans/stripe";

const shared = globalThis as typeof globalThis & { throughlinePayments?: Payments };

/** The payment provider; null if none is set up, so that subscriptions are arranged by hand. */
export function payments(): Payments | null {
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecret, STRIPE_API_URL: apiUrl } = config();
  if (secretKey === "") return null;
  shared.throughlinePayments ??= stripePayments({ secretKey, webhookSecret, apiUrl });
  return shared.throughlinePayments;
}

/** The payment provider. Throws not_found if none is set up. */
export function requirePayments(): Payments {
  const provider = payments();
  if (!provider) throw new AppError("not_found", "Payments are not set up on this instance.");
  return provider;
}
