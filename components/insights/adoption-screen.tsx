import Link from "next/link";
import type { ReactNode } from "react";
import { userListHref } from "@/components/people/list-state";
import { type Asked, COLUMNS, type Column, populationRule, ruleOfCell, ruleOfCohort } from "@/lib/adoption/adoption";
import type { Adoption, Retention } from "@/lib/adoption/adoption.queries";
import { count } from "@/lib/format/number";
import { date } from "@/lib/format/time";
import type { Rule } from "@/lib/segments/rule";
import { encodeRule } from "@/lib/segments/url";

type Props = {
  adoption: Adoption;
  retention: Retention | null;
  asked: Asked;
  days: number;
  projectId: string;
};

/** Who used each feature, and who used one again in the following weeks; every number opens its people. */
export function AdoptionScreen({ adoption, retention, asked, days, projectId }: Props) {
  const { people, rows } = adoption;
  const listOf = (rule: Rule) => userListHref(`/${projectId}/users`, { filter: encodeRule(rule) });
  const heads: Record<Column, string> = {
    ever: "Ever",
    recent: `In ${days} days`,
    first: `First in ${days} days`,
    again: "Twice or more",
    never: "Never",
  };
  return (
    <div className="grid grid-cols-1 gap-8 border-t px-4 py-5 sm:px-6">
      <p className="text-sm">
        Of <Numbered href={listOf(populationRule(asked.segment))}>{count(people)}</Numbered>{" "}
        {people === 1 ? "person" : "people"}.
        {adoption.isEstimate && " Numbers are estimated from 20,000 of them; the lists behind them are complete."}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways is reached by keyboard */}
      <section aria-label="Features by use" tabIndex={0} className="overflow-x-auto">
        <table className="w-full min-w-140 text-[13px]">
          <thead className="text-muted-foreground text-xs">
            <tr className="border-b [&>*]:px-2 [&>*]:py-1.5 [&>*]:font-normal">
              <th scope="col" className="text-left">
                Feature
              </th>
              {COLUMNS.map((column) => (
                <th key={column} scope="col" className="text-right">
                  {heads[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.feature.id} className="border-b [&>*]:px-2 [&>*]:py-2">
                <th scope="row" className="text-left font-medium" title={row.feature.events.join(", ")}>
                  {row.feature.name}
                </th>
                {COLUMNS.map((column) => {
                  const rule = row[column] > 0 ? ruleOfCell(row.feature, column, asked) : null;
                  return (
                    <td key={column} className="whitespace-nowrap text-right tabular-nums">
                      {rule ? <Numbered href={listOf(rule)}>{count(row[column])}</Numbered> : count(row[column])}
                      <span className="ml-1.5 inline-block w-9 text-muted-foreground text-xs">
                        {share(row[column], people)}
                      </span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {retention && <Triangle retention={retention} segment={asked.segment} listOf={listOf} />}
    </div>
  );
}

type TriangleProps = { retention: Retention; segment: string | null; listOf: (rule: Rule) => string };

function Triangle({ retention, segment, listOf }: TriangleProps) {
  const { event, rows } = retention;
  return (
    <section aria-labelledby="used-again" className="grid gap-2">
      <h2 id="used-again" className="font-medium text-sm">
        Used <code className="font-mono text-[13px]">{event}</code> again, weeks after their first time
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways is reached by keyboard */}
      <section tabIndex={0} aria-label="Used again by week" className="overflow-x-auto">
        <table className="text-xs tabular-nums">
          <thead className="text-muted-foreground">
            <tr className="[&>*]:px-2 [&>*]:py-1 [&>*]:font-normal">
              <th scope="col" className="text-left">
                First used in the week of
              </th>
              <th scope="col" className="text-right">
                People
              </th>
              {rows[0]?.used.map((_, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its number
                <th key={i} scope="col" className="min-w-12 text-center">
                  {i + 1}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ monday, people, used }) => (
              <tr key={monday} className="border-t [&>*]:px-2 [&>*]:py-1">
                <th scope="row" className="whitespace-nowrap text-left font-normal">
                  {date(monday, "UTC")}
                </th>
                <td className="text-right">
                  {people > 0 ? (
                    <Numbered href={listOf(ruleOfCohort(event, monday, segment))}>{count(people)}</Numbered>
                  ) : (
                    0
                  )}
                </td>
                {used.map((n, i) => (
                  <td
                    // biome-ignore lint/suspicious/noArrayIndexKey: a column is its number
                    key={i}
                    className="text-center"
                    style={
                      n && people
                        ? {
                            backgroundColor: `color-mix(in oklab, var(--primary) ${Math.round((n / people) * 30)}%, transparent)`,
                          }
                        : undefined
                    }
                  >
                    {n === null || people === 0 ? (
                      ""
                    ) : n === 0 ? (
                      "0 %"
                    ) : (
                      <Link
                        href={listOf(ruleOfCohort(event, monday, segment, i + 1))}
                        prefetch={false}
                        title={`${count(n)} of ${count(people)}`}
                        className="hover:underline"
                      >
                        {share(n, people)}
                      </Link>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="text-muted-foreground text-xs">
        A week is 7 times 24 hours from each person's own first time. Empty weeks are not over for everybody yet.
      </p>
    </section>
  );
}

const share = (part: number, whole: number): string =>
  whole === 0 ? "" : `${part > 0 && part * 100 < whole ? "<1" : Math.round((part / whole) * 100)} %`;

const Numbered = ({ href, children }: { href: string; children: ReactNode }) => (
  <Link href={href} prefetch={false} className="font-medium tabular-nums underline underline-offset-4">
    {children}
  </Link>
);
