import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { TRIAL_DAYS } from "@/lib/plans/plans";

type ClosingProps = { isHosted: boolean; hasDemo: boolean; byMail: boolean };

/** The last call to action. */
export const Closing = ({ isHosted, hasDemo, byMail }: ClosingProps) => (
  <section aria-labelledby="closing-title" className="border-t bg-sidebar">
    <div className="mx-auto max-w-6xl px-5 py-16 text-center sm:py-20">
      <h2 id="closing-title" className="text-balance font-semibold text-2xl tracking-tight sm:text-3xl">
        See your own first user in two minutes
      </h2>
      <p className="mx-auto mt-3 max-w-xl text-pretty text-muted-foreground">
        Create an account,{byMail && " open the link in our e-mail,"} paste the snippet, open your site.
        {isHosted && ` ${TRIAL_DAYS} days, without a card.`}
      </p>
      <div className="mt-7 flex flex-wrap justify-center gap-3">
        <Button asChild size="lg">
          <Link href="/signup" prefetch={false}>
            Create account
          </Link>
        </Button>
        {hasDemo && (
          <Button asChild size="lg" variant="outline">
            <Link href="/demo" prefetch={false}>
              Open the live demo
            </Link>
          </Button>
        )}
      </div>
    </div>
  </section>
);
