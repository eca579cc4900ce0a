/** `of`: the commit, version or date of the text that was read; of a page without any, what confirms it. */
type Source = { label: string; href: string; of: string };

export type OtherTool = {
  name: string;
  /** Where it is better than Throughline. */
  better: string;
  /** What happens to events from before the log-in. */
  people: string;
  hosting: string;
  /** Its own documentation and code, for each statement above. */
  sources: readonly [Source, ...Source[]];
};

/** When the sources were read. Read them again before you change a statement, and then change `of`. */
export const SOURCES_READ_IN = "November 2026";

export const OTHER_TOOLS: OtherTool[] = [
  {
    name: "PostHog",
    better: "Session replay, feature flags, experiments, surveys and a data warehouse, all in one product.",
    people:
      "identify() links the device's id to the user: its past and future events are theirs. Split IDs separates a merged person for future events; past ones may stay together.",
    hosting:
      "Cloud, or Docker Compose (MIT) with ClickHouse, Kafka, Redis, Postgres and object storage: 4 cores and 16 GB of memory, officially unsupported.",
    sources: [
      {
        label: "identifying and splitting",
        href: "https://posthog.com/docs/product-analytics/identify",
        of: "contents/docs/product-analytics/identify.mdx at PostHog/posthog.com 014e396",
      },
      {
        label: "self-hosting",
        href: "https://posthog.com/docs/self-host",
        of: "contents/docs/self-host/index.mdx at PostHog/posthog.com 03bd9e3; docker-compose.hobby.yml at PostHog/posthog 00fa00d",
      },
      {
        label: "features",
        href: "https://github.com/PostHog/posthog",
        of: "README of master; contents/faq.mdx at PostHog/posthog.com 59558cc",
      },
    ],
  },
  {
    name: "Mixpanel",
    better: "Reports: funnels, flows, retention and cohorts; experiments; session replay; SDKs for mobile apps.",
    people:
      "identify() joins what each device did before the log-in, on several devices. In projects on its original ID merge, a merge is irreversible.",
    hosting: "Its cloud, with data in the US, the EU or India.",
    sources: [
      {
        label: "identifying users",
        href: "https://docs.mixpanel.com/docs/tracking-methods/id-management/identifying-users-simplified",
        of: "mixpanel/docs 65b50e2, 30 July 2026",
      },
      {
        label: "merging",
        href: "https://docs.mixpanel.com/reference/identity-merge",
        of: "mixpanel/docs 65b50e2, 30 July 2026",
      },
      {
        label: "where data is",
        href: "https://docs.mixpanel.com/docs/privacy",
        of: "docs/privacy.mdx, eu-residency.mdx and in-residency.mdx at mixpanel/docs 65b50e2, 30 July 2026",
      },
      {
        label: "reports",
        href: "https://docs.mixpanel.com/guides/guides-by-topic/core-reports",
        of: "core-reports.mdx, docs/users/cohorts.mdx and docs/experiments.mdx at mixpanel/docs ba22906, 21 August 2026",
      },
      {
        label: "SDKs and replay",
        href: "https://docs.mixpanel.com/docs/quickstart/install-mixpanel",
        of: "install-mixpanel.mdx and javascript-replay.mdx at mixpanel/docs ba22906, 21 August 2026",
      },
    ],
  },
  {
    name: "OpenPanel",
    better:
      "Dashboards of your own charts, funnels, session replay, and SDKs for mobile apps. Throughline accepts its web packages.",
    people: "identify() ties the current session and everything later to the user.",
    hosting: "Cloud, or Docker with ClickHouse, Redis and Postgres: 2 GB of memory, 4 GB recommended (AGPL).",
    sources: [
      {
        label: "identify users",
        href: "https://openpanel.dev/docs/get-started/identify-users",
        of: "Openpanel-dev/openpanel ed7bddd, 22 August 2026",
      },
      {
        label: "self-hosting",
        href: "https://openpanel.dev/docs/self-hosting/deploy-docker-compose",
        of: "Openpanel-dev/openpanel ed7bddd, 22 August 2026",
      },
      {
        label: "source",
        href: "https://github.com/Openpanel-dev/openpanel",
        of: "README and LICENSE at ed7bddd, 22 August 2026",
      },
    ],
  },
  {
    name: "Rybbit",
    better: "Web analytics with maps, funnels, session replay, error tracking and public dashboards.",
    people:
      "The first identify() on a device updates its past events to the user. A device is a hash of IP address and browser; the user's id is kept in its local storage.",
    hosting: "Cloud, or Docker with ClickHouse and Postgres (AGPL).",
    sources: [
      {
        label: "identify users",
        href: "https://rybbit.com/docs/identify-users",
        of: "docs/content/docs/(docs)/identify-users.mdx at rybbit-io/rybbit 5a8448a",
      },
      {
        label: "settings",
        href: "https://rybbit.com/docs/site-settings",
        of: "docs/content/docs/(docs)/site-settings.mdx at rybbit-io/rybbit d595cc5",
      },
      {
        label: "source",
        href: "https://github.com/rybbit-io/rybbit",
        of: "README at 3832dd4, docker-compose.yml at 0716f93, server/src/analytics-script/tracking.ts at 27abb6a",
      },
    ],
  },
  {
    name: "Umami",
    better: "Simplicity: a website's traffic, campaigns, funnels, revenue and replays at a glance.",
    people: "identify() gives the events after it a user's id. Those before it keep their anonymous session.",
    hosting: "Cloud, or Node and Postgres, like Throughline (MIT).",
    sources: [
      {
        label: "distinct ids",
        href: "https://umami.is/docs/distinct-ids",
        of: "content/distinct-ids.mdx at umami-software/docs b01d0cf",
      },
      {
        label: "source",
        href: "https://github.com/umami-software/umami",
        of: "3.1.0, c0ea3ae, 14 May 2026: README, LICENSE, src/app/api/send/route.ts, the reports' pages",
      },
      {
        label: "cloud",
        href: "https://umami.is/docs/cloud",
        of: "content/cloud/index.mdx at umami-software/docs 8a74c5d",
      },
    ],
  },
  {
    name: "Matomo",
    better: "Completeness for websites: e-commerce, goals, campaigns, and plug-ins such as heatmaps.",
    people:
      "From the log-in on, a User ID joins visits across devices; what came before keeps the browser's visitor id. A setting keeps both in one visit instead, without joining devices.",
    hosting: "Cloud, or PHP and MySQL or MariaDB on your own server (GPL).",
    sources: [
      {
        label: "log-in and User ID",
        href: "https://matomo.org/faq/general/how-are-requests-with-a-user-id-tracked",
        of: "a page without a date; config/global.ini.php and core/Tracker/Request.php at matomo-org/matomo f09912c, 24 October 2024, agree",
      },
      {
        label: "source",
        href: "https://github.com/matomo-org/matomo",
        of: "README at f09912c, 24 October 2024 (5.2.0-b5)",
      },
      {
        label: "heatmaps",
        href: "https://matomo.org/faq/heatmap-session-recording/faq_24210",
        of: "a page without a date; plugins/ProfessionalServices at f09912c, 24 October 2024, offers the plug-in",
      },
    ],
  },
];
