import { Ago, type Clock } from "@/components/time";
import { Link } from "@/components/ui/link";
import type { AccessSummary } from "@/lib/access-log/access-log.queries";
import { ACT_KIND_LABELS, ACT_KINDS, describeAct } from "@/lib/access-log/acts";
import { pluralCount } from "@/lib/format/number";

type AccessedByProps = {
  accesses: AccessSummary[];
  nameOf: (actor: string) => string;
  clock: Clock;
  /** The access log's entries about them; null for members who may not see it. */
  href: string | null;
};

/** Who viewed, exported or changed a person or an account, most recent first. */
export function AccessedBy({ accesses, nameOf, clock, href }: AccessedByProps) {
  return (
    <section aria-labelledby="accessed-by" className="grid gap-3 border-t pt-6">
      <h2 id="accessed-by" className="font-medium text-sm">
        Accessed by
      </h2>
      {accesses.length === 0 ? (
        <p className="text-muted-foreground text-sm">Nobody yet. New entries appear within a second.</p>
      ) : (
        <ul className="divide-y rounded-lg border text-sm">
          {accesses.map(({ actor, times, lastAt, acts }) => (
            <li key={actor} className="flex flex-wrap items-baseline gap-x-2 px-4 py-2.5">
              <span className="font-medium">{nameOf(actor)}</span>
              <span className="text-muted-foreground">
                {ACT_KINDS.filter((kind) => acts.some((act) => describeAct(act).kind === kind))
                  .map((kind) => ACT_KIND_LABELS[kind].toLowerCase())
                  .join(", ")}
              </span>
              <span className="ml-auto text-muted-foreground text-xs tabular-nums">
                {pluralCount(times, "time")}, last <Ago ts={lastAt} clock={clock} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {href !== null && accesses.length > 0 && (
        <Link href={href} className="justify-self-start text-primary text-sm underline-offset-4 hover:underline">
          All entries in the access log
        </Link>
      )}
    </section>
  );
}
