import type { ReactNode } from "react";
import { BarChart } from "@/components/charts/bars-lazy";
import { ChangeBadge } from "@/components/charts/change";
import { listHref } from "@/components/columns/list-url";
import { Link } from "@/components/ui/link";
import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import { formatCount, pluralCount } from "@/lib/format/number";
import {
  type Aspect,
  type Bucket,
  type Cohort,
  cohortConditions,
  cohortRule,
  DAY_BUCKETS,
  EXISTING_CUSTOMERS,
  type Goal,
  type JourneyRow,
  type Journeys,
  type PreviousCohort,
  ruleOfJourneyRow,
  VISIT_BUCKETS,
} from "@/lib/journeys/journeys";
import { encodeRule } from "@/lib/segments/encode-rule";
import type { Rule } from "@/lib/segments/rule";

type Props = {
  journeys: Journeys;
  before: PreviousCohort;
  days: number;
  goal: Goal;
  cohort: Cohort;
  projectId: string;
  now: number;
};

const MAX_CHARS = 60;
const short = (text: string) => (text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text);

/** How people reached the goal and how the others differ; every number opens its people. */
export function JourneysScreen({ journeys, before, days, goal, cohort, projectId, now }: Props) {
  const conditions = cohortConditions(cohort, now);
  const listOf = (rule: Rule) => listHref(`/${projectId}/users`, { filter: encodeRule(rule) });
  const { reached, others, existing, every, rows } = journeys;
  const isSignUp = goal === "signUp";
  const done = isSignUp ? "signed up" : `did ${goal.event}`;
  const total = reached + others;
  const hrefOf = (aspect: Aspect, value: string | null, side: boolean) => {
    const rule = ruleOfJourneyRow(goal, conditions, aspect, value, side);
    return rule && listOf(rule);
  };
  const table = (aspect: Aspect, title: string, head: string, labels?: readonly Bucket[]) => (
    <Table
      title={title}
      head={head}
      done={isSignUp ? "Signed up" : "Did it"}
      rows={labels ? inOrder(rows[aspect], labels) : rows[aspect]}
      labelOf={(value) => labels?.find(({ key }) => key === value)?.label ?? stepLabel(value)}
      isOfReached={aspect === "days"}
      hrefOf={(value, side) => hrefOf(aspect, value, side)}
      // What they did so far grows with time; the step and the visits before a sign-up do not.
      before={(value) =>
        isSignUp || (aspect !== "step" && aspect !== "visits") ? before.reachedBy(aspect, value) : null
      }
      all={{ reached, others }}
    />
  );
  return (
    <div className="grid grid-cols-1 gap-6 border-t px-4 py-5 sm:px-6">
      <div className="grid gap-1">
        <p className="text-lg">
          <People href={listOf(cohortRule(goal, conditions, true))}>{formatCount(reached)}</People> of{" "}
          <People href={listOf(cohortRule(goal, conditions))}>{formatCount(total)}</People> people first seen in these
          days {done} ({percent(reached, total)}).{" "}
          <People href={listOf(cohortRule(goal, conditions, false))}>{formatCount(others)}</People> did not.
        </p>
        <PeriodBefore now={{ reached, all: total }} before={before} days={days} done={done} />
        <p className="text-muted-foreground text-sm">
          {every > 1 && `Estimated from one in ${every} people; the lists behind the numbers are complete. `}
          {existing > 0 && (
            <>
              <People href={listOf({ kind: "and", of: [...conditions, EXISTING_CUSTOMERS] })}>
                {formatCount(existing)}
              </People>{" "}
              existing customers are left out.{" "}
            </>
          )}
          <Link href="/docs/sign-up" className="underline underline-offset-4">
            How sign-ups are detected
          </Link>
        </p>
      </div>
      <section aria-labelledby="journey-days" className="grid gap-2">
        <h2 id="journey-days" className="font-medium text-sm">
          Time from the first visit until they {done}
        </h2>
        <BarChart
          label={`People by the time until they ${done}`}
          unit="people"
          height={140}
          points={inOrder(rows.days, DAY_BUCKETS).map((row) => ({
            label: DAY_BUCKETS.find(({ key }) => key === row.value)?.label ?? "",
            value: row.reached,
            href: hrefOf("days", row.value, true) ?? undefined,
          }))}
        />
      </section>
      <div className="grid gap-6 xl:grid-cols-2">
        {table("source", "Where they came from", "Source")}
        {table("page", "First page", "Page")}
        {table("step", isSignUp ? "Last step before, or last thing done" : "Last page or event so far", "Step")}
        {table("visits", isSignUp ? "Visits before, or so far" : "Visits so far", "Visits", VISIT_BUCKETS)}
        {table("days", `Time until they ${done}`, "Time", DAY_BUCKETS)}
      </div>
    </div>
  );
}

type PeriodBeforeProps = { now: { reached: number; all: number }; before: PreviousCohort; days: number; done: string };

/** The result of the previous period of the same length, by the same age. */
function PeriodBefore({ now, before, days, done }: PeriodBeforeProps) {
  const all = before.reached + before.others;
  if (all === 0) return null;
  const share = (part: number, whole: number) => (whole === 0 ? 0 : Math.round((100 * part) / whole));
  return (
    <p className="text-muted-foreground text-sm">
      In the {pluralCount(days, "day")} before, {formatCount(before.reached)} of {formatCount(all)} {done} by the same
      age ({percent(before.reached, all)}):{" "}
      <ChangeBadge now={now.reached} before={before.reached} was={formatCount(before.reached)} /> people,{" "}
      <ChangeBadge
        now={share(now.reached, now.all)}
        before={share(before.reached, all)}
        was={percent(before.reached, all)}
        points
      />
      .
    </p>
  );
}

/** A page view without a path has no better label. */
const stepLabel = (value: string | null): string =>
  value === null ? "Unknown" : PAGE_VIEW_NAMES.includes(value) ? "Page view" : value;

const percent = (part: number, whole: number): string =>
  whole === 0 ? "–" : `${((part / whole) * 100).toFixed(part * 10 < whole ? 1 : 0)} %`;

/** Every bucket once, in order, including empty ones. */
const inOrder = (rows: readonly JourneyRow[], buckets: readonly Bucket[]): JourneyRow[] =>
  buckets.map(({ key }) => rows.find(({ value }) => value === key) ?? { value: key, reached: 0, others: 0 });

const People = ({ href, children }: { href: string; children: ReactNode }) => (
  <Link href={href} prefetch={false} className="font-medium tabular-nums underline underline-offset-4">
    {children}
  </Link>
);

type TableProps = {
  title: string;
  head: string;
  done: string;
  rows: JourneyRow[];
  labelOf: (value: string | null) => string;
  hrefOf: (value: string | null, reached: boolean) => string | null;
  /** How many people of the previous period reached the goal with this value; null if unknown. */
  before: (value: string | null) => number | null;
  all: { reached: number; others: number };
  /** Only those who reached the goal have a value. */
  isOfReached: boolean;
};

function Table({ title, head, done, rows, labelOf, hrefOf, before, all, isOfReached }: TableProps) {
  const cell = (row: JourneyRow, side: boolean) => {
    const people = side ? row.reached : row.others;
    const href = people > 0 ? hrefOf(row.value, side) : null;
    const was = side ? before(row.value) : null;
    return (
      <td className="whitespace-nowrap pl-5 text-right tabular-nums">
        {href ? <People href={href}>{formatCount(people)}</People> : people > 0 ? formatCount(people) : "–"}
        <span className="ml-1.5 inline-block w-10 text-muted-foreground text-xs">
          {people > 0 && percent(people, side ? all.reached : all.others)}
        </span>
        {side && (
          <span className="ml-1.5 inline-block w-12">
            {was !== null && (people > 0 || was > 0) && (
              <ChangeBadge now={people} before={was} was={formatCount(was)} />
            )}
          </span>
        )}
      </td>
    );
  };
  return (
    <table className="w-full self-start text-[13px]">
      <caption className="pb-1.5 text-left font-medium text-sm">{title}</caption>
      <thead className="text-muted-foreground text-xs">
        <tr className="border-b [&>*]:py-1 [&>*]:font-normal">
          <th scope="col" className="text-left">
            {head}
          </th>
          <th scope="col" className="pl-5 text-right">
            {done}
          </th>
          {!isOfReached && (
            <th scope="col" className="pl-3 text-right">
              Did not
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.value ?? ""} className="border-b [&>*]:py-1.5">
            <th scope="row" className="max-w-0 w-full truncate text-left font-normal" title={labelOf(row.value)}>
              {short(labelOf(row.value))}
            </th>
            {cell(row, true)}
            {!isOfReached && cell(row, false)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
