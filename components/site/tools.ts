/** `of`: the date, version or commit of the text that was read. */
type Source = { label: string; href: string; of: string };

export type Tool = {
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
export const READ_IN = "November 2026";

export const TOOLS: Tool[] = [
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
        href: "https://posthog.com/docs/data/identify",
        of: "contents/docs/data/identify.mdx at PostHog/posthog.com 171b615",
      },
      {
        label: "self-hosting",
        href: "https://posthog.com/docs/self-host",
        of: "PostHog/posthog.com 03bd9e3; docker-compose.hobby.yml at PostHog/posthog 00fa00d",
      },
      { label: "features", href: "https://github.com/PostHog/posthog", of: "README of master" },
    ],
  },
  {
    name: "Mixpanel",
    better: "Reports: funnels, flows, retention and cohorts; session replay; SDKs for mobile apps.",
    people:
      "identify() joins what each device did before the log-in, on several devices. In projects on its original ID merge, a merge is irreversible.",
    hosting: "Its cloud, with data in the US, the EU or India.",
    sources: [
      {
        label: "identifying users",
        href: "https://docs.mixpanel.com/docs/tracking-methods/id-management/identifying-users-simplified",
        of: "mixpanel/docs 1c455e3",
      },
      {
        label: "merging",
        href: "https://docs.mixpanel.com/reference/identity-merge",
        of: "as published, undated",
      },
      { label: "where data is", href: "https://docs.mixpanel.com/docs/privacy", of: "as published, undated" },
      {
        label: "reports",
        href: "https://docs.mixpanel.com/guides/guides-by-topic/core-reports",
        of: "as published, undated",
      },
      {
        label: "SDKs",
        href: "https://docs.mixpanel.com/docs/overview/install-mixpanel",
        of: "as published, undated; replay: docs/tracking-methods/sdks/javascript/javascript-replay",
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
        of: "Openpanel-dev/openpanel ed7bddd, August 2026",
      },
      {
        label: "self-hosting",
        href: "https://openpanel.dev/docs/self-hosting/deploy-docker-compose",
        of: "Openpanel-dev/openpanel ed7bddd, August 2026",
      },
      {
        label: "source",
        href: "https://github.com/Openpanel-dev/openpanel",
        of: "README and LICENSE at ed7bddd, August 2026",
      },
    ],
  },
  {
    name: "Rybbit",
    better: "Web analytics with maps, funnels, session replay, error tracking and public dashboards, without cookies.",
    people:
      "The first identify() on a device updates its past events to the user. A device is recognised by a fingerprint.",
    hosting: "Cloud, or Docker with ClickHouse and Postgres (AGPL).",
    sources: [
      { label: "identify users", href: "https://rybbit.com/docs/identify-users", of: "as published, undated" },
      {
        label: "settings",
        href: "https://rybbit.com/docs/site-settings",
        of: "as published, undated; also docs/script",
      },
      {
        label: "source",
        href: "https://github.com/rybbit-io/rybbit",
        of: "README and docker-compose.yml of master with ClickHouse 26.3",
      },
    ],
  },
  {
    name: "Umami",
    better: "Simplicity: a website's traffic, campaigns, funnels, revenue and replays at a glance.",
    people: "identify() gives the events after it a user's id. Those before it keep their anonymous session.",
    hosting: "Cloud, or Node and Postgres, like Throughline (MIT).",
    sources: [
      { label: "distinct ids", href: "https://umami.is/docs/distinct-ids", of: "as published, undated" },
      {
        label: "source",
        href: "https://github.com/umami-software/umami",
        of: "3.1.0, c0ea3ae, May 2026: README, src/app/api/send/route.ts",
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
        of: "as published, undated",
      },
      { label: "source", href: "https://github.com/matomo-org/matomo", of: "README of 5.x-dev" },
      {
        label: "heatmaps",
        href: "https://matomo.org/faq/heatmap-session-recording/faq_24210",
        of: "as published, undated",
      },
    ],
  },
];
