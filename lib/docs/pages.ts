/** The documentation's pages, in the order of its navigation. `file` is below docs/. */
export type DocsPage = { slug: string; title: string; file: string };
export type DocsSection = { title: string; pages: DocsPage[] };

const page = (slug: string, title: string, file: string): DocsPage => ({ slug, title, file });

export const DOCS: DocsSection[] = [
  {
    title: "Get started",
    pages: [
      page("", "Start here", "guide/start.md"),
      page("install", "Install", "guide/install.md"),
      page("identify", "Identify well", "guide/identify.md"),
      page("consent", "Consent", "guide/consent.md"),
      page("self-service", "Self-service links", "guide/self-service.md"),
      page("node", "From Node", "guide/node.md"),
      page("proxy", "On your own domain", "guide/proxy.md"),
    ],
  },
  {
    title: "Migrate",
    pages: [
      page("migrate/openpanel", "OpenPanel", "migrate/openpanel.md"),
      page("migrate/posthog", "PostHog", "migrate/posthog.md"),
      page("migrate/segment", "Segment", "migrate/segment.md"),
      page("migrate/mixpanel", "Mixpanel", "migrate/mixpanel.md"),
      page("migrate/amplitude", "Amplitude", "migrate/amplitude.md"),
      page("migrate/umami", "Umami, Rybbit", "migrate/umami.md"),
      page("migrate/versions", "Versions", "migrate/versions.md"),
    ],
  },
  {
    title: "Run it yourself",
    pages: [
      page("operations", "Operations", "operations.md"),
      page("database", "Your own Postgres", "database.md"),
      page("scale", "Scale", "scale.md"),
    ],
  },
  {
    title: "Reference",
    pages: [
      page("options", "Options and calls", "guide/options.md"),
      page("wire", "Wire format", "wire.md"),
      page("identity", "Identity", "identity.md"),
      page("sign-up", "Sign-up", "sign-up.md"),
      page("lifecycle", "Lifecycle", "lifecycle.md"),
      page("risk", "Risk", "risk.md"),
      page("alerts", "Alerts", "alerts.md"),
      page("accounts", "Accounts", "accounts.md"),
      page("comparison", "Comparing groups", "comparison.md"),
      page("privacy", "Privacy", "privacy.md"),
      page("log-in", "Logging in", "log-in.md"),
      page("permissions", "Permissions", "permissions.md"),
      page("glossary", "Glossary", "glossary.md"),
    ],
  },
];

export const docsPages = (): DocsPage[] => DOCS.flatMap(({ pages }) => pages);

export const docsHref = (slug: string): string => (slug === "" ? "/docs" : `/docs/${slug}`);
