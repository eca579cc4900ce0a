import type { ReactNode } from "react";
import { accountHref } from "@/components/people/account";
import { userHref } from "@/components/people/row";
import { Ago, type Clock } from "@/components/time";
import { cn } from "@/components/ui/cn";
import { Link } from "@/components/ui/link";
import { formatCount, formatMoney } from "@/lib/format/number";
import { formatDay } from "@/lib/format/time";
import { userRef } from "@/lib/identity/person-ref";
import type { RiskOfAccount } from "@/lib/risk/account-risk.queries";
import { reasonInWords } from "@/lib/risk/reason";
import type { AtRisk } from "@/lib/risk/risk.queries";

export const formatPercent = (share: number): string => `${Math.round(100 * share)} %`;

type Props = { people: readonly AtRisk[]; projectId: string; horizon: number; byRevenue: boolean; clock: Clock };

/** Who is going quiet, highest expected loss first. */
export const RiskList = ({ people, projectId, ...props }: Props) => (
  <RiskTable
    {...props}
    what="Person"
    rows={people.map((person) => ({
      ...person,
      key: person.handle,
      href: userHref(projectId, userRef(person.handle)),
      name: person.name ?? person.email ?? person.handle,
      why: reasonInWords(person.reason),
    }))}
  />
);

type AccountsProps = Omit<Props, "people"> & { accounts: readonly RiskOfAccount[] };

/** Accounts that are likely to lose everybody, highest expected loss first. */
export const AccountRiskList = ({ accounts, projectId, ...props }: AccountsProps) => (
  <RiskTable
    {...props}
    what="Account"
    rows={accounts.map((account) => ({
      ...account,
      key: account.id,
      href: accountHref(projectId, account.id),
      name: account.name ?? account.id,
    }))}
  />
);

type Row = Pick<AtRisk, "lastSeen" | "probability" | "returnsBy" | "value"> & {
  key: string;
  href: string;
  name: string;
  why: string;
};
type TableProps = Omit<Props, "people" | "projectId"> & { what: string; rows: readonly Row[] };

function RiskTable({ what, rows, horizon, byRevenue, clock }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard
    <section aria-label="Going quiet" tabIndex={0} className="overflow-x-auto rounded-lg border">
      <table className="w-full text-sm sm:min-w-180">
        <thead className="text-muted-foreground text-xs">
          <tr className="border-b text-left">
            <Head>{what}</Head>
            <Head wide>Why</Head>
            <Head right>Back in {horizon} days</Head>
            <Head right wide>
              Expected back
            </Head>
            <Head right wide>
              {byRevenue ? "Revenue" : "Active days of 90"}
            </Head>
            <Head right wide>
              Last seen
            </Head>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} className="border-b last:border-b-0 hover:bg-muted/50">
              <th scope="row" className="max-w-60 px-3 py-2 text-left font-normal max-sm:max-w-none">
                <Link
                  href={row.href}
                  prefetch={false}
                  className="block truncate rounded-sm font-medium hover:text-primary"
                >
                  {row.name}
                </Link>
                <p className="mt-0.5 text-muted-foreground text-xs sm:hidden">{row.why}</p>
              </th>
              <td className="px-3 py-2 max-sm:hidden">{row.why}</td>
              <td className="px-3 py-2 text-right tabular-nums">
                {row.probability === null ? <Unknown /> : formatPercent(row.probability)}
              </td>
              <td className="whitespace-nowrap px-3 py-2 text-right tabular-nums max-sm:hidden">
                {row.returnsBy === null ? (
                  <span className="text-muted-foreground">{row.probability === null ? "—" : "not soon"}</span>
                ) : (
                  formatDay(Date.parse(row.returnsBy), "UTC")
                )}
              </td>
              <td className="px-3 py-2 text-right tabular-nums max-sm:hidden">
                {byRevenue ? formatMoney(row.value) : formatCount(row.value)}
              </td>
              <td className="whitespace-nowrap px-3 py-2 text-right max-sm:hidden">
                <Ago ts={row.lastSeen} clock={clock} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const Unknown = () => <span className="text-muted-foreground">—</span>;

type HeadProps = { right?: boolean; wide?: boolean; children: ReactNode };

/** `wide`: hidden on small screens, which show the reason below the name. */
const Head = ({ right, wide, children }: HeadProps) => (
  <th
    scope="col"
    className={cn("px-3 py-1.5 align-bottom font-normal", right && "text-right", wide && "max-sm:hidden")}
  >
    {children}
  </th>
);
