import { Logo } from "@/components/logo";
import { Closing } from "@/components/site/closing";
import { Faq } from "@/components/site/faq";
import { Identification } from "@/components/site/identification";
import { LandingSteps } from "@/components/site/landing-steps";
import { OtherTools } from "@/components/site/other-tools";
import { Pricing } from "@/components/site/pricing";
import { Privacy } from "@/components/site/privacy";
import { Profile } from "@/components/site/profile";
import { SelfHost } from "@/components/site/self-host";
import { Shot } from "@/components/site/shot";
import { Teams } from "@/components/site/teams";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { TRIAL_DAYS } from "@/lib/plans/plans";

/**
 * `isHosted`: this instance sells plans. `hasDemo`: a project is open to guests at /demo. `byMail`: an account is
 * confirmed by a mail.
 */
type LandingProps = { isHosted: boolean; hasDemo: boolean; byMail: boolean };

const SECTIONS = [
  { href: "#identity", label: "How it works" },
  { href: "#teams", label: "Use cases" },
  { href: "#compare", label: "Comparison" },
  { href: "#self-host", label: "Self-hosting" },
];

/** The landing page. Links do not prefetch: most readers follow none of them. */
export function Landing({ isHosted, hasDemo, byMail }: LandingProps) {
  const sections = isHosted ? [...SECTIONS, { href: "#pricing", label: "Pricing" }] : SECTIONS;
  return (
    <div className="min-h-dvh">
      <header className="mx-auto flex max-w-6xl items-center gap-4 px-5 py-4">
        <Logo className="text-[17px]" />
        <nav aria-label="This page" className="ml-4 hidden gap-5 text-muted-foreground text-sm lg:flex">
          {sections.map(({ href, label }) => (
            <a key={href} href={href} className="rounded-sm hover:text-foreground">
              {label}
            </a>
          ))}
        </nav>
        <nav aria-label="Account" className="ml-auto flex items-center gap-1">
          <Button asChild variant="ghost" className="max-sm:hidden">
            <Link href="/docs" prefetch={false}>
              Docs
            </Link>
          </Button>
          <Button asChild variant="ghost">
            <Link href="/login" prefetch={false}>
              Log in
            </Link>
          </Button>
          <Button asChild>
            <Link href="/signup" prefetch={false}>
              Sign up
            </Link>
          </Button>
        </nav>
      </header>
      <main>
        <div className="mx-auto max-w-6xl px-5 pt-10 pb-14 sm:pt-16 sm:pb-20">
          <h1 className="max-w-4xl text-balance font-semibold text-4xl leading-[1.08] tracking-tight sm:text-[3.5rem]">
            Know every user, from the first anonymous visit to today
          </h1>
          <p className="mt-5 max-w-2xl text-pretty text-lg text-muted-foreground leading-relaxed">
            Throughline keeps one story per person: how they found you, what they tried before signing up, what they use
            now, and when they went quiet.{" "}
            {isHosted
              ? "Hosted here, or one small process and one Postgres on your own server."
              : "One small process and one Postgres, on your own server."}
          </p>
          <div className="mt-7 flex flex-wrap gap-3">
            <Button asChild size="lg">
              <Link href="/signup" prefetch={false}>
                Create account
              </Link>
            </Button>
            {hasDemo ? (
              <Button asChild size="lg" variant="outline">
                <Link href="/demo" prefetch={false}>
                  Open the live demo
                </Link>
              </Button>
            ) : (
              <Button asChild size="lg" variant="outline">
                <a href="#identity">How it works</a>
              </Button>
            )}
          </div>
          <p className="mt-4 text-muted-foreground text-sm">
            {isHosted
              ? `${TRIAL_DAYS} days, without a card.`
              : "Self-hosted: clone it and start it. No plans, no licence key, nothing sent home."}
            {hasDemo && " The demo needs no account."}
          </p>
          <div className="mt-10 sm:mt-14">
            <Shot name="person" sizes="(min-width: 1152px) 1112px, calc(100vw - 40px)" eager />
          </div>
        </div>
        <Identification />
        <Profile />
        <Teams />
        <LandingSteps />
        <Privacy isHosted={isHosted} />
        <OtherTools />
        <SelfHost isHosted={isHosted} />
        {isHosted && <Pricing />}
        <Faq isHosted={isHosted} />
        <Closing isHosted={isHosted} hasDemo={hasDemo} byMail={byMail} />
      </main>
      <footer className="border-t">
        <div className="mx-auto flex max-w-6xl flex-wrap items-center justify-between gap-x-6 gap-y-3 px-5 py-8 text-muted-foreground text-sm">
          <Logo className="text-foreground" />
          <nav aria-label="More" className="flex gap-5">
            <a href="/docs" className="rounded-sm hover:text-foreground">
              Docs
            </a>
            <a href="/docs/privacy" className="rounded-sm hover:text-foreground">
              Privacy
            </a>
          </nav>
          <p>Open source, MIT licence.</p>
        </div>
      </footer>
    </div>
  );
}
