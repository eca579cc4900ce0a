import { LandingSection } from "@/components/site/section";

const COMMANDS = `git clone <the repository> throughline
cd throughline
npm start`;

const FACTS = [
  [
    "One process, one Postgres",
    "Node 20.11 or newer and Postgres 15 to 18; if you have none, it starts its own. No Redis, no queue server, no column store.",
  ],
  [
    "Nothing lost",
    "An event is acknowledged only once it is committed. Whatever was acknowledged survives a crash of the app or of Postgres.",
  ],
  ["Room to grow", "More processes on the same Postgres share the work, and lists can be read from a replica."],
  [
    "Yours",
    "MIT licence, no licence key, no phoning home. Your data is always within reach: REST API, CSV downloads, backups, and SQL in your own Postgres.",
  ],
] as const;

/** How to run it on your own server. */
export const SelfHost = ({ isHosted }: { isHosted: boolean }) => (
  <LandingSection
    id="self-host"
    title={isHosted ? "Or on your own server" : "On your own server"}
    lead={
      <>
        The same product, without plans. Clone it and start it; it prints the address to open. Sizing, backups, updates
        and monitoring:{" "}
        <a href="/docs/operations" className="font-medium text-primary underline-offset-4 hover:underline">
          operations
        </a>
        .
      </>
    }
  >
    <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)] lg:gap-12">
      <pre className="self-start overflow-x-auto rounded-lg border bg-sidebar p-4 font-mono text-sm leading-7">
        <code>{COMMANDS}</code>
      </pre>
      <dl className="grid gap-x-8 gap-y-6 sm:grid-cols-2">
        {FACTS.map(([name, text]) => (
          <div key={name}>
            <dt className="font-medium">{name}</dt>
            <dd className="mt-1 text-pretty text-muted-foreground text-sm leading-relaxed">{text}</dd>
          </div>
        ))}
      </dl>
    </div>
  </LandingSection>
);
