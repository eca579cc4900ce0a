import Link from "next/link";
import { Logo } from "@/components/logo";
import { Answers } from "@/components/site/answers";
import { Faq } from "@/components/site/faq";
import { Pricing } from "@/components/site/pricing";
import { Privacy } from "@/components/site/privacy";
import { Steps } from "@/components/site/steps";
import { Story } from "@/components/site/story";
import { Button } from "@/components/ui/button";
import { TRIAL_DAYS } from "@/lib/plans/plans";

/** The landing page: pitch, steps, privacy, FAQ, and prices where this instance sells plans. */
export function Landing({ isHosted }: { isHosted: boolean }) {
  return (
    <div className="min-h-dvh">
      <header className="mx-auto flex max-w-6xl items-center justify-between px-5 py-5">
        <Logo className="text-[17px]" />
        <nav aria-label="Account" className="flex items-center gap-1">
          <Button asChild variant="ghost">
            <Link href="/docs">Docs</Link>
          </Button>
          <Button asChild variant="ghost">
            <Link href="/login">Log in</Link>
          </Button>
          <Button asChild>
            <Link href="/signup">Sign up</Link>
          </Button>
        </nav>
      </header>
      <main>
        <section className="mx-auto grid max-w-6xl grid-cols-1 items-center gap-12 px-5 pt-12 pb-20 lg:grid-cols-[minmax(0,1fr)_minmax(0,1.05fr)] lg:pt-20">
          <div>
            <h1 className="text-balance font-semibold text-4xl leading-[1.1] tracking-tight sm:text-5xl">
              Know every user, from the first anonymous visit to today
            </h1>
            <p className="mt-5 max-w-xl text-pretty text-lg text-muted-foreground leading-relaxed">
              Throughline keeps one story per person: how they found you, what they tried before signing up, what they
              use now, and when they went quiet.{" "}
              {isHosted
                ? "Hosted here, or one small process and one Postgres on your own server."
                : "One small process and one Postgres, on your own server."}
            </p>
            <div className="mt-7 flex flex-wrap gap-3">
              <Button asChild size="lg">
                <Link href="/signup">Create account</Link>
              </Button>
              <Button asChild size="lg" variant="outline">
                <a href="#how">How it works</a>
              </Button>
            </div>
            <p className="mt-4 text-muted-foreground text-sm">
              {isHosted
                ? `${TRIAL_DAYS} days free, without a card. Or on your own server, with one command and no limits.`
                : "Self-hosted with one command. No limits, no licence key, nothing sent home."}
            </p>
          </div>
          <Story />
        </section>
        <Steps />
        <Answers />
        <Privacy isHosted={isHosted} />
        {isHosted && <Pricing />}
        <Faq />
      </main>
      <footer className="border-t">
        <div className="mx-auto flex max-w-6xl flex-wrap items-center justify-between gap-3 px-5 py-8 text-muted-foreground text-sm">
          <Logo className="text-foreground" />
          <p>Open source, MIT licence.</p>
        </div>
      </footer>
    </div>
  );
}
