import Stripe from "stripe";
import { AppError } from "@/lib/errors";
import { logFault } from "@/lib/faults/log";
import { PLANS, type Plan } from "@/lib/plans/plans";
import type { Checkout, PaymentEvent, Payments, Subscription } from "@/lib/plans/provider";

const TIMEOUT_MS = 10_000;
const RETRIES = 2;
/** How many seconds a webhook's signature is valid, against replays; Stripe's own default. */
const TOLERANCE_SECONDS = 300;
/** How far away a trial's end must be. Stripe demands 48 hours; the rest is for clocks and for slow typists. */
const TRIAL_MIN_MS = 72 * 60 * 60_000;
/** How many subscriptions are read: a customer has one current subscription and a few old ones. */
const SUBSCRIPTIONS_READ = 20;
const CURRENCY = "eur";
const CENTS = 100;

/** Events after which a subscription is read again; others are ignored. */
const ABOUT_SUBSCRIPTIONS =
  /^(?:customer\.subscription\.|invoice\.(?:paid|payment_failed)$|checkout\.session\.completed$)/;

export type StripeOptions = {
  secretKey: string;
  webhookSecret: string;
  /** "": Stripe itself. */
  apiUrl: string;
};

const lookupKeyOf = ({ id }: Pick<Plan, "id">): string => `throughline_${id}`;

/** Stripe behind the interface of lib/plans/provider.ts. */
export function stripePayments({ secretKey, webhookSecret, apiUrl }: StripeOptions): Payments {
  const stripe = new Stripe(secretKey, {
    timeout: TIMEOUT_MS,
    maxNetworkRetries: RETRIES,
    telemetry: false,
    appInfo: { name: "Throughline" },
    ...addressOf(apiUrl),
  });
  return {
    createCustomer: ({ id, name }) =>
      callStripe(async () => {
        const customer = await stripe.customers.create(
          { name, metadata: { organization_id: id } },
          { idempotencyKey: `throughline-customer-${id}` },
        );
        return customer.id;
      }),
    checkout: (of, now) => callStripe(() => checkout(stripe, of, now)),
    portal: (customer, back) =>
      callStripe(async () => (await stripe.billingPortal.sessions.create({ customer, return_url: back })).url),
    subscriptionOf: (customer) =>
      callStripe(async () => {
        const { data } = await stripe.subscriptions.list({ customer, status: "all", limit: SUBSCRIPTIONS_READ });
        return subscriptionIn(data);
      }),
    setUp: () => callStripe(() => setUp(stripe)),
    readEvent: (body, signature) => {
      let event: Stripe.Event;
      try {
        event = stripe.webhooks.constructEvent(body, signature, webhookSecret, TOLERANCE_SECONDS);
      } catch {
        throw new AppError("bad_request", "The signature of this webhook is not valid.");
      }
      return eventOf(event);
    },
  };
}

/** STRIPE_API_URL in the library's form. */
function addressOf(apiUrl: string): Pick<Stripe.StripeConfig, "host" | "port" | "protocol"> {
  if (apiUrl === "") return {};
  const { hostname, port, protocol } = new URL(apiUrl);
  const isPlain = protocol === "http:";
  return { host: hostname, port: port || (isPlain ? 80 : 443), protocol: isPlain ? "http" : "https" };
}

/** Turns Stripe's errors into ours; logs the reason, without the request. */
async function callStripe<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    logFault("the payment provider refused or did not answer", new Error(`${error.type} ${error.code ?? ""}`.trim()));
    throw new AppError("unavailable", "The payment provider did not answer. Try again in a minute.", {
      retryAfterSeconds: 60,
    });
  }
}

async function checkout(stripe: Stripe, of: Checkout, now: number): Promise<string> {
  const { customerId, plan, trialEndsAt, back } = of;
  const price = await priceOf(stripe, plan);
  if (!price || !isPriceOf(price, plan)) {
    logFault("a plan cannot be bought", new Error(`no price ${lookupKeyOf(plan)} of €${plan.eurosPerMonth} a month`));
    throw new AppError("unavailable", "This plan cannot be bought just now. It was logged; tell the operator.");
  }
  const { url } = await stripe.checkout.sessions.create({
    mode: "subscription",
    customer: customerId,
    line_items: [{ price: price.id, quantity: 1 }],
    ...(trialEndsAt - now < TRIAL_MIN_MS ? {} : { subscription_data: { trial_end: Math.floor(trialEndsAt / 1_000) } }),
    success_url: back.done,
    cancel_url: back.cancelled,
  });
  if (!url) throw new AppError("unavailable", "The payment provider returned no page. Try again in a minute.");
  return url;
}

async function priceOf(stripe: Stripe, plan: Plan): Promise<Stripe.Price | null> {
  const { data } = await stripe.prices.list({ lookup_keys: [lookupKeyOf(plan)], active: true, limit: 1 });
  return data[0] ?? null;
}

/** Whether a price is the plan's, so that nobody is charged anything else. */
const isPriceOf = ({ currency, unit_amount, recurring }: Stripe.Price, plan: Plan): boolean =>
  currency === CURRENCY &&
  unit_amount === plan.eurosPerMonth * CENTS &&
  recurring?.interval === "month" &&
  recurring.interval_count === 1;

/**
 * Creates the plans' prices. If one has changed, a new one gets its lookup key; existing customers keep the old one.
 */
async function setUp(stripe: Stripe): Promise<string[]> {
  const done: string[] = [];
  for (const plan of PLANS) {
    const known = await priceOf(stripe, plan);
    const what = `${plan.name}: €${plan.eurosPerMonth} a month`;
    if (known && isPriceOf(known, plan)) {
      done.push(`${what}: exists`);
      continue;
    }
    const { id: product } = await stripe.products.create(
      { name: `Throughline ${plan.name}` },
      { idempotencyKey: `throughline-product-${plan.id}-${plan.eurosPerMonth}` },
    );
    await stripe.prices.create({
      product,
      currency: CURRENCY,
      unit_amount: plan.eurosPerMonth * CENTS,
      recurring: { interval: "month" },
      lookup_key: lookupKeyOf(plan),
      transfer_lookup_key: true,
      metadata: { throughline_plan: plan.id },
    });
    done.push(`${what}: created`);
  }
  return done;
}

/** The rank of a subscription by status; lower is better. Others, such as of an unfinished checkout, do not count. */
const RANKS: Record<string, number> = { active: 0, trialing: 0, past_due: 1, unpaid: 2, paused: 2, canceled: 3 };

/** The current one of a customer's subscriptions, which may come in any order. */
export function subscriptionIn(all: readonly Stripe.Subscription[]): Subscription | null {
  const counting = all.filter(({ status }) => status in RANKS);
  const rank = ({ status }: Stripe.Subscription): number => RANKS[status] as number;
  const [best] = counting.sort((a, b) => rank(a) - rank(b) || b.created - a.created);
  if (!best) return null;
  const item = best.items.data[0];
  return {
    plan: item ? planIdOf(item.price) : null,
    status: best.status,
    periodEndsAt: ms(item?.current_period_end),
    cancelsAt: ms(best.cancel_at) ?? (best.cancel_at_period_end ? ms(item?.current_period_end) : null),
    endedAt: ms(best.ended_at),
  };
}

/** The plan of a price. One that lost its lookup key to a newer price still has its plan in the metadata. */
const planIdOf = ({ metadata, lookup_key }: Stripe.Price): string | null =>
  PLANS.find((plan) => metadata.throughline_plan === plan.id || lookup_key === lookupKeyOf(plan))?.id ?? null;

const ms = (seconds: number | null | undefined): number | null => (seconds ? seconds * 1_000 : null);

function eventOf({ id, type, data }: Stripe.Event): PaymentEvent {
  if (!ABOUT_SUBSCRIPTIONS.test(type)) return { id, customerId: null };
  const { customer } = data.object as { customer?: unknown };
  const customerId = typeof customer === "string" ? customer : (customer as { id?: unknown } | null | undefined)?.id;
  return { id, customerId: typeof customerId === "string" ? customerId : null };
}
