import { formatPercent } from "@/components/insights/risk-list";
import { accountHref } from "@/components/people/account";
import { userHref } from "@/components/people/row";
import { Ago, type Clock } from "@/components/time";
import { Link } from "@/components/ui/link";
import { formatCount, formatMoney, pluralCount } from "@/lib/format/number";
import { userRef } from "@/lib/identity/person-ref";
import type { QuietChampion } from "@/lib/risk/account-risk.queries";
import { CHAMPION_DAYS, SILENT_DAYS } from "@/lib/risk/champion";

type Props = {
  accounts: readonly QuietChampion[];
  projectId: string;
  byRevenue: boolean;
  horizon: number;
  clock: Clock;
};

/** Accounts whose most active person has stopped, with that person. */
export const ChampionList = ({ accounts, projectId, byRevenue, horizon, clock }: Props) => (
  <section
    aria-label="Champion went quiet"
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard
    tabIndex={0}
    className="overflow-x-auto rounded-lg border"
  >
    <table className="w-full text-sm tabular-nums sm:min-w-180">
      <thead className="text-muted-foreground text-xs">
        <tr className="border-b text-left">
          {["Account", "Champion"].map((head) => (
            <th key={head} scope="col" className="px-3 py-1.5 font-normal">
              {head}
            </th>
          ))}
          {[
            "People stopped",
            `Back in ${horizon} days`,
            byRevenue ? "Revenue" : "Active days of 90",
            "Last active",
          ].map((head) => (
            <th key={head} scope="col" className="px-3 py-1.5 text-right font-normal max-sm:hidden">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {accounts.map((account) => (
          <Row key={account.id} {...{ account, projectId, byRevenue, clock }} />
        ))}
      </tbody>
    </table>
  </section>
);

type RowProps = Omit<Props, "accounts" | "horizon"> & { account: QuietChampion };

function Row({ account, projectId, byRevenue, clock }: RowProps) {
  const { id, name, champion, handle, silent, activeDays, seats, probability, value, lastSeen } = account;
  return (
    <tr className="border-b last:border-b-0 hover:bg-muted/50">
      <th scope="row" className="max-w-60 px-3 py-2 text-left font-normal">
        <Link
          href={accountHref(projectId, id)}
          prefetch={false}
          className="block truncate rounded-sm font-medium hover:text-primary"
        >
          {name ?? id}
        </Link>
      </th>
      <td className="px-3 py-2">
        <Link
          href={userHref(projectId, userRef(handle))}
          prefetch={false}
          className="rounded-sm underline-offset-4 hover:text-primary hover:underline"
        >
          {champion}
        </Link>
        <span className="text-muted-foreground">
          , silent for {pluralCount(silent, "day")}
          {activeDays !== null && (
            <span className="max-sm:hidden">
              ; {formatCount(activeDays)} active days in the {CHAMPION_DAYS} before
            </span>
          )}
        </span>
      </td>
      <td
        className="whitespace-nowrap px-3 py-2 text-right max-sm:hidden"
        title={`Of the people active in the four weeks before the last ${SILENT_DAYS} days`}
      >
        {seats.had === 0 ? <Unknown /> : `${seats.lost} of ${seats.had}`}
      </td>
      <td className="px-3 py-2 text-right max-sm:hidden">
        {probability === null ? <Unknown /> : formatPercent(probability)}
      </td>
      <td className="px-3 py-2 text-right max-sm:hidden">{byRevenue ? formatMoney(value) : formatCount(value)}</td>
      <td className="whitespace-nowrap px-3 py-2 text-right max-sm:hidden">
        <Ago ts={lastSeen} clock={clock} />
      </td>
    </tr>
  );
}

const Unknown = () => <span className="text-muted-foreground">—</span>;
