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
];

export const versionsOf = (name: string): Version[] => VERSIONS.filter((version) => version.package === name);
