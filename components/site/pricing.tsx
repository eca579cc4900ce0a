import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { formatCount } from "@/lib/format/number";
import { PLANS, READING_GRACE_DAYS, TRIAL_DAYS, TRIAL_EVENTS_PER_MONTH } from "@/lib/plans/plans";

/** The hosted edition's prices, from the table that the checkout and the limits use. */
export function Pricing() {
  return (
    <section aria-labelledby="pricing-title" id="pricing" className="scroll-mt-6 border-y bg-sidebar">
      <div className="mx-auto max-w-6xl px-5 py-14 sm:py-20">
        <h2 id="pricing-title" className="font-semibold text-2xl tracking-tight sm:text-[1.75rem]">
          {TRIAL_DAYS} days free, then by events
        </h2>
        <p className="mt-3 max-w-prose text-pretty text-muted-foreground leading-relaxed">
          The trial needs no card and includes {formatCount(TRIAL_EVENTS_PER_MONTH)} events a month. Every plan includes
          every feature and any number of projects and members, and is billed monthly.
        </p>
        <ul className="mt-8 grid gap-4 md:grid-cols-3">
          {PLANS.map(({ id, name, eventsPerMonth, eurosPerMonth }) => (
            <li key={id} className="rounded-lg border bg-card p-5">
              <h3 className="font-medium">{name}</h3>
              <p className="mt-2">
                <span className="font-semibold text-3xl tabular-nums">€{eurosPerMonth}</span>
                <span className="text-muted-foreground text-sm"> a month, plus tax</span>
              </p>
              <p className="mt-2 text-muted-foreground text-sm tabular-nums">
                Up to {formatCount(eventsPerMonth)} events a month
              </p>
            </li>
          ))}
        </ul>
        <p className="mt-6 max-w-prose text-pretty text-muted-foreground text-sm leading-relaxed">
          If you send more events than your plan includes, nothing is lost or hidden: we tell you, and you choose a
          larger plan. When the trial or a plan ends, events are still stored and every screen stays open for{" "}
          {READING_GRACE_DAYS} more days; settings, downloads and erasing people always work. On your own server it is
          free, without limits from plans.
        </p>
        <Button asChild className="mt-6">
          <Link href="/signup" prefetch={false}>
            Start the trial
          </Link>
        </Button>
      </div>
    </section>
  );
}
