import { Section } from "@/components/site/section";

type Tool = {
  name: string;
  /** Where it is better than Throughline. */
  better: string;
  /** What happens to events from before the log-in, according to its documentation. */
  people: string;
  hosting: string;
  source: { href: string; label: string };
};

/** Facts from each tool's public documentation, at `source`. Check it before changing one. */
export const READ_IN = "November 2026";
export const TOOLS: Tool[] = [
  {
    name: "PostHog",
    better: "Session replay, feature flags, experiments, surveys and a data warehouse, all in one product.",
    people: "identify() links the device's id to the user: its past and future events are theirs.",
    hosting:
      "Cloud, or one Docker Compose set-up with ClickHouse, Kafka, Redis, Postgres and object storage, 4 GB of memory recommended.",
    source: { href: "https://posthog.com/docs/data/identify", label: "PostHog: identifying users" },
  },
  {
    name: "Mixpanel",
    better: "Reports: funnels, retention and cohorts that analysts have relied on for many years.",
    people: "Joins what a device did before log-in, on several devices. With its original ID merge, a merge is final.",
    hosting: "Cloud only.",
    source: {
      href: "https://docs.mixpanel.com/docs/tracking-methods/id-management",
      label: "Mixpanel: identity management",
    },
  },
  {
    name: "OpenPanel",
    better: "Dashboards of your own charts, funnels, and SDKs for mobile apps. Throughline accepts its web packages.",
    people: "identify() ties the current session and everything later to the user.",
    hosting: "Cloud, or Docker with ClickHouse, Redpanda and Postgres, at least 4 GB of memory.",
    source: { href: "https://openpanel.dev/docs/get-started/identify-users", label: "OpenPanel: identify users" },
  },
  {
    name: "Rybbit",
    better: "Web analytics with maps, session replay, error tracking and dashboards to publish.",
    people: "Has user profiles; its centre is the website's traffic.",
    hosting: "Cloud, or self-hosted with Docker (AGPL).",
    source: { href: "https://github.com/rybbit-io/rybbit", label: "Rybbit: features" },
  },
  {
    name: "Umami",
    better: "Simplicity: traffic, campaigns and revenue of a website at a glance, without cookies.",
    people: "identify() gives the events after it a user's id.",
    hosting: "Cloud, or Node and Postgres, as Throughline (MIT).",
    source: { href: "https://github.com/umami-software/umami", label: "Umami: source and set-up" },
  },
  {
    name: "Matomo",
    better: "Completeness for websites: e-commerce, goals, campaigns, and plug-ins such as heatmaps.",
    people: "A User ID joins visits across devices once it is set; before, a first-party cookie knows the browser.",
    hosting: "Cloud, or PHP and MySQL or MariaDB on your own server (GPL).",
    source: { href: "https://matomo.org/faq/reports/set-up-user-id-tracking-in-matomo", label: "Matomo: User ID" },
  },
];

/** Other tools, with what each does better. */
export const Field = () => (
  <Section
    id="compare"
    tinted
    title="When another tool is the better choice"
    lead="Throughline does one thing: the whole story of each user, rightly attributed. It has no session replay, no feature flags, no mobile SDK and no chart builder. If you need one of these most, take one of these."
  >
    <ul className="grid gap-4 md:grid-cols-2 lg:grid-cols-3">
      {TOOLS.map(({ name, better, people, hosting, source }) => (
        <li key={name} className="flex flex-col rounded-lg border bg-background p-5">
          <h3 className="font-medium">{name}</h3>
          <dl className="mt-3 grid gap-3 text-sm">
            <Fact term="Better at" text={better} strong />
            <Fact term="Before the log-in" text={people} />
            <Fact term="Runs" text={hosting} />
          </dl>
          <p className="mt-auto pt-4 text-xs">
            <a
              href={source.href}
              rel="noreferrer"
              className="text-muted-foreground underline decoration-border underline-offset-4 hover:text-foreground"
            >
              {source.label}
            </a>
          </p>
        </li>
      ))}
    </ul>
    <p className="mt-6 max-w-2xl text-pretty text-muted-foreground text-sm leading-relaxed">
      From each tool's public documentation, read in {READ_IN}. What Throughline adds to all of them: every event says
      why it is somebody's, each merge can be undone, and shared devices stay apart. Like Umami, it needs one process
      and one Postgres. Moving over takes a changed URL for the packages of PostHog, Mixpanel, Segment, OpenPanel, Umami
      and Rybbit:{" "}
      <a href="/docs/migrate/versions" className="font-medium text-primary underline-offset-4 hover:underline">
        which versions
      </a>
      .
    </p>
  </Section>
);

const Fact = ({ term, text, strong = false }: { term: string; text: string; strong?: boolean }) => (
  <div>
    <dt className="text-muted-foreground text-xs">{term}</dt>
    <dd className={`mt-0.5 text-pretty leading-relaxed ${strong ? "" : "text-muted-foreground"}`}>{text}</dd>
  </div>
);
