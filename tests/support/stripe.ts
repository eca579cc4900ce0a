import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Stripe from "stripe";
import shapes from "./stripe-shapes.json";

export const WEBHOOK_SECRET = "whsec_test_secret";

type Json = Record<string, unknown>;
export type StripeRequest = { method: string; path: string; form: URLSearchParams; idempotencyKey: string | undefined };

let number = 0;
const idOf = (prefix: string): string => `${prefix}_${++number}`;
const seconds = (at: number): number => Math.floor(at / 1_000);

/** A price as Stripe lists it. */
export const priceOf = (plan: string, cents: number, over: Json = {}): Json => ({
  ...shapes.price,
  id: idOf("price"),
  currency: "eur",
  unit_amount: cents,
  unit_amount_decimal: String(cents),
  lookup_key: `throughline_${plan}`,
  metadata: { throughline_plan: plan },
  ...over,
});

/** A subscription as Stripe lists it; times in ms. */
export function subscriptionOf(
  customer: string,
  status: string,
  price: Json,
  over: Json & { endsAt?: number; created?: number } = {},
): Json {
  const { endsAt = Date.now() + 20 * 86_400_000, created = Date.now(), ...rest } = over;
  const [item] = shapes.subscription.items.data;
  return {
    ...shapes.subscription,
    id: idOf("sub"),
    customer,
    status,
    created: seconds(created),
    cancel_at: null,
    canceled_at: null,
    ended_at: null,
    cancel_at_period_end: false,
    items: { ...shapes.subscription.items, data: [{ ...item, price, current_period_end: seconds(endsAt) }] },
    ...rest,
  };
}

/**
 * The parts of Stripe's API that we call, on a local port, in the shapes of Stripe's OpenAPI fixtures. `state.before`
 * runs before each answer, and may wait or change the status.
 */
export async function openStripe() {
  const requests: StripeRequest[] = [];
  const customers = new Map<string, Json>();
  const state = {
    prices: [] as Json[],
    subscriptions: [] as Json[],
    before: async (_request: StripeRequest): Promise<number> => 200,
  };
  const answers: Record<string, (request: StripeRequest) => unknown> = {
    "POST /v1/customers": ({ idempotencyKey = idOf("key"), form }) => {
      const known = customers.get(idempotencyKey) ?? { ...shapes.customer, id: idOf("cus"), name: form.get("name") };
      customers.set(idempotencyKey, known);
      return known;
    },
    "GET /v1/prices": ({ form }) =>
      list(
        "/v1/prices",
        state.prices.filter((price) => price.lookup_key === form.get("lookup_keys[0]")),
      ),
    "GET /v1/subscriptions": ({ form }) =>
      list(
        "/v1/subscriptions",
        state.subscriptions.filter(({ customer }) => customer === form.get("customer")),
      ),
    "POST /v1/products": ({ form }) => ({ ...shapes.product, id: idOf("prod"), name: form.get("name") }),
    "POST /v1/prices": ({ form }) => {
      const price = priceOf("", Number(form.get("unit_amount")), {
        lookup_key: form.get("lookup_key"),
        metadata: { throughline_plan: form.get("metadata[throughline_plan]") },
      });
      for (const other of state.prices) if (other.lookup_key === price.lookup_key) other.lookup_key = null;
      state.prices.push(price);
      return price;
    },
    "POST /v1/checkout/sessions": () => ({ ...shapes["checkout.session"], mode: "subscription" }),
    "POST /v1/billing_portal/sessions": ({ form }) => ({
      ...shapes["billing_portal.session"],
      customer: form.get("customer"),
    }),
  };
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", async () => {
      const { pathname, search } = new URL(request.url ?? "/", "http://x");
      const method = request.method ?? "GET";
      const key = request.headers["idempotency-key"];
      const one: StripeRequest = {
        method,
        path: pathname,
        form: new URLSearchParams(method === "GET" ? search : body),
        idempotencyKey: typeof key === "string" && key.startsWith("throughline-") ? key : undefined,
      };
      requests.push(one);
      // What is read is what was true when the request came.
      const answer = structuredClone(answers[`${method} ${pathname}`]?.(one));
      const status = answer === undefined ? 404 : await state.before(one);
      response.writeHead(status, { "content-type": "application/json", "stripe-should-retry": "false" });
      response.end(JSON.stringify(status === 200 ? answer : { error: { type: "api_error", message: "no" } }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    state,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const list = (url: string, data: Json[]) => ({ object: "list", data, has_more: false, url });

/** An event as Stripe sends it: the raw body, and its signature. */
export function signedEvent(
  type: string,
  object: Json,
  { id = idOf("evt"), secret = WEBHOOK_SECRET, at = Date.now() }: { id?: string; secret?: string; at?: number } = {},
) {
  const body = JSON.stringify({ ...shapes.event, id, type, created: seconds(at), data: { object } }, null, 2);
  const signature = new Stripe("sk_test_x").webhooks.generateTestHeaderString({
    payload: body,
    secret,
    timestamp: seconds(at),
  });
  return { id, body, signature };
}

export const invoiceOf = (customer: string): Json => ({ ...shapes.invoice, id: idOf("in"), customer });
export const sessionOf = (customer: string): Json => ({
  ...shapes["checkout.session"],
  customer,
  mode: "subscription",
});
