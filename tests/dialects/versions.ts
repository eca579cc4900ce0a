/**
 * The versions of each family of SDKs that the tests here run unmodified, oldest first. docs/migrate/versions.md shows
 * this table. `module` is the name they are installed under; package.json pins what it stands for.
 */
export type Version = { family: string; package: string; version: string; module: string };

const versions = (family: string, name: string, byVersion: Record<string, string>): Version[] =>
  Object.entries(byVersion).map(([version, module]) => ({ family, package: name, version, module }));

export const VERSIONS: readonly Version[] = [
  ...versions("PostHog", "posthog-js", {
    "1.30.0": "posthog-js-1.30",
    "1.116.6": "posthog-js-1.116",
    "1.200.2": "posthog-js-1.200",
    "1.449.2": "posthog-js",
  }),
  ...versions("PostHog", "posthog-js-lite", {
    "2.5.0": "posthog-js-lite-2",
    "3.6.0": "posthog-js-lite-3",
    "4.12.1": "posthog-js-lite",
  }),
  ...versions("PostHog", "posthog-node", {
    "2.6.0": "posthog-node-2",
    "4.18.0": "posthog-node-4",
    "5.70.0": "posthog-node",
  }),
  ...versions("Segment", "@segment/analytics-next", {
    "1.40.0": "analytics-next-1.40",
    "1.60.0": "analytics-next-1.60",
    "1.84.3": "@segment/analytics-next",
  }),
  ...versions("Segment", "@segment/analytics-node", {
    "1.0.0": "analytics-node-1",
    "2.1.0": "analytics-node-2",
    "3.1.0": "@segment/analytics-node",
  }),
  ...versions("Segment", "analytics-node", { "6.2.0": "analytics-node" }),
  ...versions("Mixpanel", "mixpanel-browser", {
    "2.22.0": "mixpanel-browser-2.22",
    "2.45.0": "mixpanel-browser-2.45",
    "2.83.0": "mixpanel-browser",
  }),
  ...versions("Mixpanel", "mixpanel", { "0.11.0": "mixpanel-0.11", "0.17.0": "mixpanel-0.17", "0.24.0": "mixpanel" }),
  ...versions("OpenPanel", "@openpanel/web", {
    "1.0.1": "openpanel-web-1.0",
    "1.2.0": "openpanel-web-1.2",
    "1.4.1": "@openpanel/web",
  }),
  ...versions("OpenPanel", "@openpanel/sdk", {
    "1.0.0": "openpanel-sdk-1.0",
    "1.2.0": "openpanel-sdk-1.2",
    "1.3.1": "@openpanel/sdk",
  }),
  ...versions("Amplitude", "@amplitude/analytics-node", { "1.5.73": "@amplitude/analytics-node" }),
  ...versions("Umami", "@umami/node", { "0.3.0": "umami-node-0.3", "0.4.0": "@umami/node" }),
];

export const versionsOf = (name: string): Version[] => VERSIONS.filter((version) => version.package === name);
