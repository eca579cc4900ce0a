import { LandingSection } from "@/components/site/section";
import { OTHER_TOOLS, SOURCES_READ_IN } from "@/components/site/tools";

/** Other tools, with what each does better. */
export const OtherTools = () => (
  <LandingSection
    id="compare"
    tinted
    title="When another tool is the better choice"
    lead="Throughline does one thing: the whole story of each user, correctly attributed. It has no session replay, no feature flags, no mobile SDK and no chart builder. If one of those matters most to you, choose one of these."
  >
    <ul className="grid gap-4 md:grid-cols-2 lg:grid-cols-3">
      {OTHER_TOOLS.map(({ name, better, people, hosting, sources }) => (
        <li key={name} className="flex flex-col rounded-lg border bg-background p-5">
          <h3 className="font-medium">{name}</h3>
          <dl className="mt-3 grid gap-3 text-sm">
            <Fact term="Better at" text={better} strong />
            <Fact term="Before the log-in" text={people} />
            <Fact term="Runs" text={hosting} />
          </dl>
          <ul aria-label={`Sources about ${name}`} className="mt-auto flex flex-wrap gap-x-3 pt-3 text-xs">
            {sources.map(({ label, href, of }) => (
              <li key={href}>
                <a
                  href={href}
                  title={of}
                  rel="noreferrer"
                  className="inline-block py-1 text-muted-foreground underline decoration-border underline-offset-4 hover:text-foreground"
                >
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
    <p className="mt-6 max-w-2xl text-pretty text-muted-foreground text-sm leading-relaxed">
      Taken from each tool's own documentation and code, read in {SOURCES_READ_IN}; hover over a source for its version.
      We found these in none of them: every event says why it belongs to its person, undoing a merge restores both
      people exactly, and activity on a shared device far from any log-in belongs to nobody. Like Umami, Throughline
      needs one Node process and one Postgres. To switch from the SDKs of PostHog, Mixpanel, Segment, Amplitude,
      OpenPanel, Umami or Rybbit, change the URL and the key:{" "}
      <a href="/docs/migrate/versions" className="font-medium text-primary underline-offset-4 hover:underline">
        tested versions
      </a>
      .
    </p>
  </LandingSection>
);

const Fact = ({ term, text, strong = false }: { term: string; text: string; strong?: boolean }) => (
  <div>
    <dt className="text-muted-foreground text-xs">{term}</dt>
    <dd className={`mt-0.5 text-pretty leading-relaxed ${strong ? "" : "text-muted-foreground"}`}>{text}</dd>
  </div>
);
