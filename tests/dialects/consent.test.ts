import { expect, test, vi } from "vitest";
import { eventsOf, makeProject, type TestProject } from "@/tests/ingest/support";
import { serveCustomer, serveThroughline } from "./support";
import { type Version, versionsOf } from "./versions";

/** What each version of the SDKs with an opt-out of their own sends of it, run unmodified in Chromium. */
const throughline = serveThroughline();
const customer = serveCustomer();

const posthog = ({ module }: Version, key: string, more = "") => `import sdk from "${module}";
  sdk.init("${key}", { api_host: "${throughline.url()}", capture_pageview: false, autocapture: false${more} });
  window.sdk = { track: (name) => sdk.capture(name), optIn: () => sdk.opt_in_capturing(),
    optOut: () => sdk.opt_out_capturing(), identify: (id) => sdk.identify(id),
    withdraw() { sdk.capture("consent", { granted: false }, { send_instantly: true }); sdk.opt_out_capturing(); } };`;
const lite = ({ module }: Version, key: string, more = "") => `import { PostHog } from "${module}";
  const sdk = new PostHog("${key}", { host: "${throughline.url()}", flushInterval: 200, captureHistoryEvents: false${more} });
  window.sdk = { track: (name) => sdk.capture(name), optIn: () => sdk.optIn(), optOut: () => sdk.optOut(),
    identify: (id) => sdk.identify(id) };`;
const mixpanel = ({ module }: Version, key: string, more = "") => `import sdk from "${module}";
  sdk.init("${key}", { api_host: "${throughline.url()}", batch_flush_interval_ms: 200${more} });
  window.sdk = { track: (name) => sdk.track(name), optIn: () => sdk.opt_in_tracking(),
    optOut: () => sdk.opt_out_tracking(), identify: (id) => sdk.identify(id),
    withdraw() { sdk.track("consent", { granted: false }, { send_immediately: true }); sdk.opt_out_tracking(); } };`;

type Case = Version & { start: (version: Version, key: string, more?: string) => string; offByDefault: string };
const CASES: Case[] = [
  ...versionsOf("posthog-js").map((it) => ({
    ...it,
    start: posthog,
    offByDefault: ", opt_out_capturing_by_default: true",
  })),
  ...versionsOf("posthog-js-lite").map((it) => ({ ...it, start: lite, offByDefault: ", defaultOptIn: false" })),
  ...versionsOf("mixpanel-browser").map((it) => ({
    ...it,
    start: mixpanel,
    offByDefault: ", opt_out_tracking_by_default: true",
  })),
];

/** Longer than any of these SDKs waits before it sends. */
const QUIET_MS = 3_500;

const namesOf = async (project: TestProject) => (await eventsOf(project)).map(({ name }) => name);
const arrived = (project: TestProject, names: string[]) =>
  vi.waitFor(async () => expect(await namesOf(project)).toEqual(expect.arrayContaining(names)), 20_000);
const decisions = async (project: TestProject) =>
  (await eventsOf(project))
    .filter(({ name }) => name === "consent")
    .map(({ user, properties }) => [user, properties.granted]);
const saysSo = (it: Case) => it.package !== "posthog-js-lite";

test.concurrent.each(CASES)(
  "$package $version: opting in is a consent, except in lite; opting out sends nothing",
  async (it) => {
    const project = await makeProject();
    const { page } = await customer.visit(it.start(it, project.write.clientId));
    await page.waitForTimeout(800);
    await page.evaluate(`sdk.track("before"); sdk.identify("u_1")`);
    await page.waitForTimeout(400);
    await page.evaluate("sdk.optIn()");
    await page.waitForTimeout(400);
    await page.evaluate(`sdk.track("agreed")`);
    await arrived(project, ["before", "agreed"]);
    expect(await decisions(project)).toEqual(saysSo(it) ? [["u_1", true]] : []);
    await page.waitForTimeout(QUIET_MS);
    const atFirst = await namesOf(project);
    await page.evaluate("sdk.optOut()");
    await page.waitForTimeout(400);
    await page.evaluate(`sdk.track("refused")`);
    await page.waitForTimeout(QUIET_MS);
    expect(await namesOf(project), "after the opt-out").toEqual(atFirst);
    await page.evaluate("sdk.optIn()");
    await page.waitForTimeout(400);
    await page.evaluate(`sdk.track("again")`);
    await arrived(project, ["again"]);
    expect(await decisions(project)).toHaveLength(saysSo(it) ? 2 : 0);
    if (saysSo(it)) {
      await page.evaluate("sdk.withdraw()");
      await vi.waitFor(async () => expect(await decisions(project)).toContainEqual(["u_1", false]), 10_000);
    }
    await page.close();
  },
  60_000,
);

// posthog-js-lite 2.5 knows no such option.
const offAtFirst = CASES.filter(({ module }) => module !== "posthog-js-lite-2");

test.concurrent.each(offAtFirst)(
  "$package $version: opted out by default, nothing is sent before somebody opts in",
  async (it) => {
    const project = await makeProject();
    const { page } = await customer.visit(it.start(it, project.write.clientId, it.offByDefault));
    await page.waitForTimeout(800);
    await page.evaluate(`sdk.track("before"); sdk.identify("u_1")`);
    await page.waitForTimeout(QUIET_MS);
    expect(await namesOf(project)).toEqual([]);
    await page.evaluate(`Promise.resolve(sdk.optIn()).then(() => sdk.track("agreed"))`);
    await arrived(project, [saysSo(it) ? "consent" : "agreed"]);
    expect(await namesOf(project)).not.toContain("before");
    await page.close();
  },
  60_000,
);

// A public key erases nobody: docs/guide/consent.md says what to do instead.
test("Mixpanel's opt-out asks to delete the person, which needs the secret; nothing else is refused", () => {
  const refused = new Set(throughline.failures().map(({ path, status }) => `${path} ${status}`));
  expect([...refused]).toEqual(["/engage/ 403"]);
});
