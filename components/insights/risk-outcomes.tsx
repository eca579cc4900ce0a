import { formatPercent } from "@/components/insights/risk-list";
import { accountHref } from "@/components/people/account";
import { userHref } from "@/components/people/row";
import { Link } from "@/components/ui/link";
import { userRef } from "@/lib/identity/person-ref";
import type { OutcomeShown, ShownOutcomes } from "@/lib/risk/outcomes.queries";
import type { RiskSubject } from "@/lib/risk/outcomes.store";

const TITLES: Record<ShownOutcomes, string> = {
  others: "not flagged",
  all: "with a habit",
  away: "that stayed away",
  flagged: "flagged quiet",
  flaggedAway: "flagged quiet that stayed away",
  missed: "that stayed away and were not flagged",
};

type Props = {
  rows: readonly OutcomeShown[];
  subject: RiskSubject;
  ago: number;
  /** null: a tenth of them by probability. */
  shown: ShownOutcomes | null;
  horizon: number;
  projectId: string;
  back: string;
  more: string | null;
};

/** The people or accounts behind a figure of the track record, each with prediction and outcome. */
export function RiskOutcomes({ rows, subject, ago, shown, horizon, projectId, back, more }: Props) {
  const noun = subject === "people" ? "People" : "Accounts";
  return (
    <div className="grid grid-cols-1 gap-3 px-4 py-4 sm:px-6">
      <div>
        <Link href={back} className="text-muted-foreground text-sm underline-offset-4 hover:underline">
          Risk
        </Link>
        <h2 className="mt-1 font-medium text-sm">
          {noun} {shown === null ? "of a tenth by probability" : TITLES[shown]}, {ago} days ago
        </h2>
        <p className="max-w-prose text-pretty text-muted-foreground text-xs">
          The least likely to return first. People erased since then are not listed.
        </p>
      </div>
      <section
        aria-label={noun}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard
        tabIndex={0}
        className="overflow-x-auto rounded-lg border"
      >
        <table className="w-full text-sm tabular-nums">
          <thead className="text-muted-foreground text-xs">
            <tr className="border-b">
              <th scope="col" className="px-3 py-1.5 text-left font-normal">
                {subject === "people" ? "Person" : "Account"}
              </th>
              <th scope="col" className="px-3 py-1.5 text-right font-normal">
                Back in {horizon} days, predicted
              </th>
              <th scope="col" className="px-3 py-1.5 text-right font-normal">
                Flagged
              </th>
              <th scope="col" className="px-3 py-1.5 text-right font-normal">
                Came back
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, handle, name, probability, flagged, away }) => (
              <tr key={id} className="border-b last:border-b-0 hover:bg-muted/50">
                <th scope="row" className="max-w-60 truncate px-3 py-1.5 text-left font-normal">
                  <Link
                    href={handle === null ? accountHref(projectId, id) : userHref(projectId, userRef(handle))}
                    prefetch={false}
                    className="rounded-sm font-medium hover:text-primary"
                  >
                    {name ?? handle ?? id}
                  </Link>
                </th>
                <td className="px-3 py-1.5 text-right">{formatPercent(probability)}</td>
                <td className="px-3 py-1.5 text-right">{flagged ? "yes" : "no"}</td>
                <td className="px-3 py-1.5 text-right">{away ? "no" : "yes"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {more && (
        <Link href={more} className="justify-self-start text-sm underline underline-offset-4">
          More
        </Link>
      )}
    </div>
  );
}
