import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Landing } from "@/components/site/landing";
import { PLANS, TRIAL_DAYS } from "@/lib/plans/plans";

const textOf = (isHosted: boolean): string =>
  renderToStaticMarkup(<Landing isHosted={isHosted} />).replace(/<[^>]+>/g, " ");

test("every plan of the table stands on the landing page with its price and its events, and no other price does", () => {
  const text = textOf(true);
  const prices = [...text.matchAll(/€(\d+)/g)].map(([, euros]) => Number(euros));
  expect(prices).toEqual(PLANS.map(({ eurosPerMonth }) => eurosPerMonth));
  for (const { name, eventsPerMonth } of PLANS) {
    expect(text).toContain(name);
    expect(text).toContain(`Up to ${eventsPerMonth.toLocaleString("en")} events a month`);
  }
  expect(text).toContain(`${TRIAL_DAYS} days free`);
});

test("a hosted instance does not promise what only one's own server keeps", () => {
  expect(textOf(true)).not.toMatch(/Nothing leaves your machine|nothing sent home|Your server, your data/);
  expect(textOf(false)).toMatch(/Nothing leaves your machine/);
});

test("where no plans are sold, the landing page promises no trial and no price", () => {
  expect(textOf(false)).not.toMatch(/trial|€|\bfree\b|a month/i);
});
