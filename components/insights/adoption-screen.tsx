import type { ReactNode } from "react";
import { ChangeBadge } from "@/components/charts/change";
import { type AdoptionLinks, adoptionLinksOf } from "@/components/insights/adoption-links";
import { AdoptionWeeks } from "@/components/insights/adoption-weeks";
import { EstimateNote } from "@/components/insights/estimated";
import { Link } from "@/components/ui/link";
import { type AdoptionCriteria, USE_GROUPS, type UseGroup } from "@/lib/adoption/adoption";
import type { Adoption, Retention } from "@/lib/adoption/adoption.queries";
import type { FeatureWeeks } from "@/lib/adoption/weeks.queries";
import { formatCount } from "@/lib/format/number";
import { formatDate } from "@/lib/format/time";
import { DROPPED_MIN } from "@/lib/risk/reason";
import type { Subject } from "@/lib/segments/rule";

type Props = {
  adoption: Adoption;
  use: FeatureWeeks | null;
  retention: Retention | null;
  criteria: AdoptionCriteria;
  subject: Subject;
  days: number;
  projectId: string;
  /** The name of the one account whose people are counted. */
  account: string | null;
  /** The CSV file of the weeks. */
  weeksFile: string;
};

/** Who used each feature, and one feature week by week and by cohort; every number opens its people. */
export function AdoptionScreen({
  adoption,
  use,
  retention,
  criteria,
  subject,
  days,
  projectId,
  account,
  weeksFile,
}: Props) {
  const { people, rows } = adoption;
  const links = adoptionLinksOf(subject, projectId, criteria);
  const heads: Record<UseGroup, string> = {
    ever: "Ever",
    recent: `In ${days} days`,
    dropped: "Dropped",
    first: `First in ${days} days`,
    again: "Twice or more",
    never: "Never",
  };
  return (
    <div className="grid grid-cols-1 gap-8 border-t px-4 py-5 sm:px-6">
      <div className="grid gap-1">
        <p className="text-sm">
          Of {adoption.isTotalEstimated && "about "}
          <Numbered href={links.all}>{formatCount(people)}</Numbered> {nounOf(subject, people)}
          {account !== null && ` of ${account}`}.
        </p>
        <EstimateNote of={adoption} who={subject} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways is reached by keyboard */}
      <section aria-label="Features by use" tabIndex={0} className="overflow-x-auto">
        <table className="w-full min-w-140 text-[13px]">
          <thead className="text-muted-foreground text-xs">
            <tr className="border-b [&>*]:px-2 [&>*]:py-1.5 [&>*]:font-normal">
              <th scope="col" className="text-left">
                Feature
              </th>
              {USE_GROUPS.map((column) => (
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
                {USE_GROUPS.map((column) => {
                  const href = row[column] > 0 ? links.cell(row.feature, column) : null;
                  return (
                    <td key={column} className="whitespace-nowrap text-right tabular-nums">
                      {href ? <Numbered href={href}>{formatCount(row[column])}</Numbered> : formatCount(row[column])}
                      {column === "first" && (row.first > 0 || row.firstBefore > 0) && (
                        <span className="ml-1.5">
                          <ChangeBadge now={row.first} before={row.firstBefore} was={formatCount(row.firstBefore)} />
                        </span>
                      )}
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
      <p className="max-w-prose text-muted-foreground text-xs">
        Dropped: used the feature {DROPPED_MIN} times or more, but not in the last {days} days, although{" "}
        {subject === "people" ? "they were" : "their people were"} active then.
      </p>
      {use && <AdoptionWeeks use={use} subject={subject} links={links} projectId={projectId} file={weeksFile} />}
      {retention && <Triangle retention={retention} subject={subject} links={links} />}
    </div>
  );
}

const nounOf = (of: Subject, n: number): string =>
  of === "accounts" ? (n === 1 ? "account" : "accounts") : n === 1 ? "person" : "people";

type TriangleProps = { retention: Retention; subject: Subject; links: AdoptionLinks };

function Triangle({ retention, subject, links }: TriangleProps) {
  const { feature, rows } = retention;
  return (
    <section aria-labelledby="used-again" className="grid gap-2">
      <h2 id="used-again" className="font-medium text-sm">
        Used {feature.name} again, weeks after their first time
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
                {subject === "people" ? "People" : "Accounts"}
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
                  {formatDate(monday, "UTC")}
                </th>
                <td className="text-right">
                  <Opened href={people > 0 ? links.cohort(feature, monday) : null}>{formatCount(people)}</Opened>
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
                      <Cell
                        href={links.cohort(feature, monday, i + 1)}
                        title={`${formatCount(n)} of ${formatCount(people)}`}
                      >
                        {share(n, people)}
                      </Cell>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="text-muted-foreground text-xs">
        Weeks are counted from each {subject === "people" ? "person" : "account"}'s first use, as 7 times 24 hours. A
        week is empty until it is over for all of them.
      </p>
      <EstimateNote of={retention} who={subject} />
    </section>
  );
}

type OpenedProps = { href: string | null; children: ReactNode };
const Opened = ({ href, children }: OpenedProps) => (href ? <Numbered href={href}>{children}</Numbered> : children);

const Cell = ({ href, title, children }: OpenedProps & { title: string }) =>
  href ? (
    <Link href={href} prefetch={false} title={title} className="hover:underline">
      {children}
    </Link>
  ) : (
    <span title={title}>{children}</span>
  );

const share = (part: number, whole: number): string =>
  whole === 0 ? "" : `${part > 0 && part * 100 < whole ? "<1" : Math.round((part / whole) * 100)} %`;

const Numbered = ({ href, children }: { href: string; children: ReactNode }) => (
  <Link href={href} prefetch={false} className="font-medium tabular-nums underline underline-offset-4">
    {children}
  </Link>
);
