import { Building2 } from "lucide-react";
import { accountHref } from "@/components/people/account";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";
import { pluralCount } from "@/lib/format/number";
import { CHAMPION_AGO } from "@/lib/risk/champion-record";
import type { OutcomeShown, ShownOutcomes } from "@/lib/risk/outcomes.queries";

const TITLES: Record<ShownOutcomes, string> = {
  all: "with a champion",
  away: "that lost everybody since",
  flagged: "with a quiet champion",
  flaggedAway: "with a quiet champion that lost everybody since",
  missed: "with an active champion that lost everybody since",
  others: "with an active champion",
};

type Props = { rows: readonly OutcomeShown[]; shown: ShownOutcomes; projectId: string; more: string | null };

/** The accounts that a number of the champions' record counts. */
export function ChampionOutcomes({ rows, shown, projectId, more }: Props) {
  const title = `Accounts ${TITLES[shown]}, ${pluralCount(CHAMPION_AGO, "day")} ago`;
  return (
    <div className="grid grid-cols-1 gap-3 px-4 py-4 sm:px-6">
      <div>
        <Link
          href={`/${projectId}/insights/risk?of=accounts`}
          className="text-muted-foreground text-sm underline-offset-4 hover:underline"
        >
          Risk
        </Link>
        <h2 className="mt-1 font-medium text-sm">{title}</h2>
        <p className="max-w-prose text-pretty text-muted-foreground text-xs">
          Accounts that were in use then. Lost: nobody came in the last two weeks.
        </p>
      </div>
      {rows.length === 0 && (
        <Empty icon={Building2} title="No such accounts">
          <p>An account is counted once it has a champion, its most active person, and a history of two months.</p>
        </Empty>
      )}
      <section
        hidden={rows.length === 0}
        aria-label={title}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard
        tabIndex={0}
        className="overflow-x-auto rounded-lg border"
      >
        <table className="w-full text-sm">
          <thead className="text-muted-foreground text-xs">
            <tr className="border-b">
              <th scope="col" className="px-3 py-1.5 text-left font-normal">
                Account
              </th>
              <th scope="col" className="px-3 py-1.5 text-right font-normal">
                Champion then
              </th>
              <th scope="col" className="px-3 py-1.5 text-right font-normal">
                Today
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, name, flagged, away }) => (
              <tr key={id} className="border-b last:border-b-0 hover:bg-muted/50">
                <th scope="row" className="max-w-60 truncate px-3 py-1.5 text-left font-normal">
                  <Link
                    href={accountHref(projectId, id)}
                    prefetch={false}
                    className="rounded-sm font-medium hover:text-primary"
                  >
                    {name ?? id}
                  </Link>
                </th>
                <td className="px-3 py-1.5 text-right">{flagged ? "quiet" : "active"}</td>
                <td className="px-3 py-1.5 text-right">{away ? "lost" : "in use"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {more && (
        <Link href={more} prefetch={false} className="justify-self-start text-sm underline underline-offset-4">
          More
        </Link>
      )}
    </div>
  );
}
