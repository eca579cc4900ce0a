import { readdirSync, statSync } from "node:fs";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Landing } from "@/components/site/landing";
import { OTHER_TOOLS } from "@/components/site/tools";
import { PLANS, TRIAL_DAYS } from "@/lib/plans/plans";

const textOf = (isHosted: boolean, hasDemo = false): string =>
  renderToStaticMarkup(<Landing isHosted={isHosted} hasDemo={hasDemo} byMail={false} />).replace(/<[^>]+>/g, " ");

test("every plan of the table is on the landing page with its price and its events, and no other price does", () => {
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

test("the demo is linked where a project is open to guests, and only there", () => {
  const linksOf = (hasDemo: boolean) =>
    renderToStaticMarkup(<Landing isHosted={false} hasDemo={hasDemo} byMail={false} />).match(/href="\/demo"/g) ?? [];
  expect(linksOf(false)).toEqual([]);
  expect(linksOf(true).length).toBeGreaterThan(1);
});

test("the last call to action mentions the confirmation mail where there is one", () => {
  const closing = (byMail: boolean) =>
    /Create an account,[^<]*/.exec(renderToStaticMarkup(<Landing isHosted hasDemo={false} byMail={byMail} />))?.[0];
  expect(closing(true)).toContain("open the link in our e-mail");
  expect(closing(false)).not.toContain("mail");
});

test("every picture exists in each size and scheme it is asked for, and none is left over", () => {
  const requested = new Set(
    [...renderToStaticMarkup(<Landing isHosted hasDemo byMail />).matchAll(/\/pictures\/[\w.-]+/g)].map(
      ([path]) => path,
    ),
  );
  const there = readdirSync("public/pictures").map((file) => `/pictures/${file}`);
  expect([...requested].sort()).toEqual(there.sort());
});

test("no picture is heavier than a phone should load, and all together stay below 3 MB", () => {
  const sizes = readdirSync("public/pictures").map((file) => statSync(`public/pictures/${file}`).size);
  expect(Math.max(...sizes)).toBeLessThan(250_000);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3_000_000);
});

test("each tool of the comparison says what it does better, and where that was read", () => {
  expect(OTHER_TOOLS.map(({ name }) => name).sort()).toEqual([
    "Matomo",
    "Mixpanel",
    "OpenPanel",
    "PostHog",
    "Rybbit",
    "Umami",
  ]);
  const text = textOf(false);
  for (const { name, better, sources } of OTHER_TOOLS) {
    expect(better.length).toBeGreaterThan(30);
    expect(text).toContain(sources[0].label);
    expect(sources.length, `${name}: one source for people, one for hosting`).toBeGreaterThan(1);
    for (const { href, of } of sources) {
      expect(href).toMatch(/^https:\/\//);
      expect(of, `${name}: a commit or a version that a reader can look up`).toMatch(/\b(?=\w*\d)[0-9a-f]{7}\b/);
    }
  }
});
