import type { Operation } from "@/lib/events/operation";
import { DAY_MS } from "./calendar";
import type { DemoCompany, DemoPerson } from "./person";
import type { Random } from "./random";
import { fromServer } from "./visit";
import { type DemoPlan, MONTHLY_PRICE } from "./world";

const MONTH_MS = 30 * DAY_MS;

/**
 * Events from Larder's server about one company: the plan of everyone there at the time, subscriptions begun or ended,
 * and monthly revenue from the founder. A founder who went quiet cancels some weeks later, except in the story where
 * the champion left (stories.ts).
 */
export function billingOfCompany(
  random: Random,
  company: DemoCompany,
  people: readonly DemoPerson[],
  now: number,
): Operation[] {
  const founder = people[0];
  if (!founder || company.plans.length < 2) return [];
  const groups = [company.id];
  const cancelledAt =
    founder.quietSince === null || company.story === "champion_left"
      ? Number.POSITIVE_INFINITY
      : founder.quietSince + random.between(8, 30) * DAY_MS;
  const operations: Operation[] = [];
  const recordChange = (ts: number, name: string, plan: DemoPlan) => {
    const properties = { plan, previous: name === "subscription_started" ? "free" : "kitchen" };
    operations.push(
      fromServer(random, ts, founder.userId, groups, { kind: "event", name, properties, changes: [], revenue: null }),
    );
    for (const person of people.filter(({ signedUpAt }) => signedUpAt < ts)) {
      operations.push(setPlan(random, ts + 1, person, groups, plan));
    }
  };
  for (const [index, change] of company.plans.entries()) {
    if (change.plan === "free" || change.at >= cancelledAt) continue;
    recordChange(change.at, change.plan === "group" ? "subscription_upgraded" : "subscription_started", change.plan);
    const until = Math.min(now, cancelledAt, company.plans[index + 1]?.at ?? now);
    for (let ts = change.at + 2; ts < until; ts += MONTH_MS) {
      operations.push(
        fromServer(random, ts, founder.userId, groups, {
          kind: "event",
          name: "revenue",
          properties: { plan: change.plan, currency: "EUR", interval: "month" },
          changes: [],
          revenue: MONTHLY_PRICE[change.plan],
        }),
      );
    }
  }
  if (operations.length > 0 && cancelledAt < now) recordChange(cancelledAt, "subscription_cancelled", "free");
  return operations;
}

function setPlan(random: Random, ts: number, person: DemoPerson, groups: string[], plan: DemoPlan): Operation {
  return fromServer(random, ts, person.userId, groups, {
    kind: "property",
    name: "set",
    properties: { plan },
    changes: [{ mode: "set", key: "plan", value: plan }],
    revenue: null,
  });
}
