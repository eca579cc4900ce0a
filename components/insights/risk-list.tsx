import Link from "next/link";
import type { ReactNode } from "react";
import { userHref } from "@/components/people/row";
import { Ago, type Clock } from "@/components/time";
import { cn } from "@/components/ui/cn";
import { count } from "@/lib/format/number";
import { day } from "@/lib/format/time";
import { userRef } from "@/lib/identity/person-ref";
import { reasonInWords } from "@/lib/risk/reason";
import type { AtRisk } from "@/lib/risk/risk.queries";

export const percent = (share: number): string => `${Math.round(100 * share)} %`;

type Props = { people: readonly AtRisk[]; projectId: string; horizon: number; clock: Clock };

/** Who is going quiet, most worth a call first. */
export function RiskList({ people, projectId, horizon, clock }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard
    <section aria-label="Going quiet" tabIndex={0} className="overflow-x-auto rounded-lg border">
      <table className="w-full text-sm sm:min-w-180">
        <thead className="text-muted-foreground text-xs">
          <tr className="border-b text-left">
            <Head>Person</Head>
            <Head>Why</Head>
            <Head right>Back in {horizon} days</Head>
            <Head right wide>
              Expected back
            </Head>
            <Head right wide>
              Active days of 90
            </Head>
            <Head right wide>
              Last seen
            </Head>
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <tr key={person.handle} className="border-b last:border-b-0 hover:bg-muted/50">
              <th scope="row" className="max-w-60 px-3 max-sm:max-w-28 py-2 text-left font-normal">
                <Link
                  href={userHref(projectId, userRef(person.handle))}
                  className="block truncate rounded-sm font-medium hover:text-primary"
                >
                  {person.name ?? person.email ?? person.handle}
                </Link>
              </th>
              <td className="px-3 py-2">{reasonInWords(person.reason)}</td>
              <td className="px-3 py-2 text-right tabular-nums">
                {person.probability === null ? <Unknown /> : percent(person.probability)}
              </td>
              <td className="whitespace-nowrap px-3 py-2 text-right tabular-nums max-sm:hidden">
                {person.returnsBy === null ? (
                  <span className="text-muted-foreground">{person.probability === null ? "—" : "not soon"}</span>
                ) : (
                  day(Date.parse(person.returnsBy), "UTC")
                )}
              </td>
              <td className="px-3 py-2 text-right tabular-nums max-sm:hidden">{count(person.value)}</td>
              <td className="whitespace-nowrap px-3 py-2 text-right max-sm:hidden">
                <Ago ts={person.lastSeen} clock={clock} />
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

/** `wide`: hidden on small screens, which only show person, reason and probability. */
const Head = ({ right, wide, children }: HeadProps) => (
  <th
    scope="col"
    className={cn("px-3 py-1.5 align-bottom font-normal", right && "text-right", wide && "max-sm:hidden")}
  >
    {children}
  </th>
);
