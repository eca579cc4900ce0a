import type { Plan } from "@/lib/plans/plans";

/** A subscription at the payment provider; times in ms. `plan`: an id of lib/plans/plans.ts, null for anything else. */
export type Subscription = {
  plan: string | null;
  status: string;
  periodEndsAt: number | null;
  cancelsAt: number | null;
  endedAt: number | null;
};

/** `customerId`: the customer whose subscription may have changed; null for other events. */
export type PaymentEvent = { id: string; customerId: string | null };

export type Checkout = {
  customerId: string;
  plan: Plan;
  /** In ms; nothing is charged before that. */
  trialEndsAt: number;
  /** Where the provider sends the customer back to. */
  back: { done: string; cancelled: string };
};

/** The payment provider. Cards and addresses are entered on its pages, never here. */
export interface Payments {
  /** Returns the same customer for the same organization, even in concurrent calls. */
  createCustomer(organization: { id: string; name: string }): Promise<string>;
  /** A page on which the customer pays; throws `unavailable` if its price there is not the plan's. */
  checkout(of: Checkout, now: number): Promise<string>;
  /** A page on which the customer changes plan and card, cancels, and finds invoices. */
  portal(customerId: string, back: string): Promise<string>;
  /** The current subscription: a paid one if there is any, the newest of several; null if there never was one. */
  subscriptionOf(customerId: string): Promise<Subscription | null>;
  /** Creates what checkout needs at the provider, unless it exists. Returns a line for each change. */
  setUp(): Promise<string[]>;
  /** Verifies a webhook's signature and age; throws `bad_request`. `body` is exactly what was sent. */
  readEvent(body: Buffer, signature: string): PaymentEvent;
}
