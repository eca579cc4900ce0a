import { StackedChart } from "@/components/charts/bars-lazy";
import { ExportButton } from "@/components/export/export-button";
import type { AdoptionLinks } from "@/components/insights/adoption-links";
import { EstimateNote } from "@/components/insights/estimated";
import { stateColor } from "@/components/insights/state-styles";
import { Link } from "@/components/ui/link";
import { WEEK_COLUMNS, type WeekColumn } from "@/lib/adoption/adoption";
import type { FeatureWeeks } from "@/lib/adoption/weeks.queries";
import { WEEK_FILE_COLUMNS } from "@/lib/export/adoption";
import { formatCount } from "@/lib/format/number";
import { formatDay } from "@/lib/format/time";
import type { Subject } from "@/lib/segments/rule";

const HEIGHT = 200;
/** From the bottom of a bar to its top. "Not yet" is only in the table: it would dwarf the others. */
const BARS = ["again", "first"] as const;
const LABELS: Record<WeekColumn, string> = { first: "First time", again: "Again", never: "Not yet" };
const COLORS: Record<(typeof BARS)[number], string> = { first: stateColor("new"), again: stateColor("active") };

type Props = { use: FeatureWeeks; subject: Subject; links: AdoptionLinks; projectId: string; file: string };

/** Who used a feature for the first time, again and not yet, week by week; each number opens its people. */
export function AdoptionWeeks({ use, subject, links, projectId, file }: Props) {
  const { feature, weeks } = use;
  const hrefOf = (column: WeekColumn, monday: number) => links.week(feature, column, monday);
  return (
    <section aria-labelledby="use-by-week" className="grid gap-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <h2 id="use-by-week" className="font-medium text-sm">
          {feature.name} week by week
        </h2>
        <ul aria-label="Colours" className="flex flex-wrap gap-x-3 gap-y-1 text-muted-foreground text-xs">
          {BARS.map((key) => (
            <li key={key} className="flex items-center gap-1.5">
              <span aria-hidden="true" className="size-2 rounded-[2px]" style={{ background: COLORS[key] }} />
              {LABELS[key]}
            </li>
          ))}
        </ul>
        <div className="ml-auto">
          <ExportButton
            projectId={projectId}
            href={file}
            what="these weeks"
            columns={WEEK_FILE_COLUMNS}
            preset={WEEK_FILE_COLUMNS}
          />
        </div>
      </div>
      <StackedChart
        points={weeks.map(({ monday, isUnfinished, ...values }) => ({
          label: formatDay(monday, "UTC"),
          values,
          hrefs: Object.fromEntries(BARS.map((key) => [key, hrefOf(key, monday) ?? ""])),
          unfinished: isUnfinished,
        }))}
        series={BARS.map((key) => ({ key, label: LABELS[key], color: COLORS[key] }))}
        height={HEIGHT}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways is reached by keyboard */}
      <section aria-label="Use by week" tabIndex={0} className="overflow-x-auto">
        <table className="w-full max-w-3xl text-[13px] tabular-nums">
          <thead className="text-muted-foreground text-xs">
            <tr className="border-b [&>*]:px-2 [&>*]:py-1.5 [&>*]:font-normal">
              <th scope="col" className="text-left">
                Week of
              </th>
              {WEEK_COLUMNS.map((column) => (
                <th key={column} scope="col" className="text-right">
                  {LABELS[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weeks.toReversed().map((week) => (
              <tr key={week.monday} className="border-b [&>*]:px-2 [&>*]:py-1.5">
                <th scope="row" className="whitespace-nowrap text-left font-normal">
                  {formatDay(week.monday, "UTC")}
                  {week.isUnfinished && <span className="text-muted-foreground">, so far</span>}
                </th>
                {WEEK_COLUMNS.map((column) => (
                  <td key={column} className="text-right">
                    <Counted n={week[column]} href={hrefOf(column, week.monday)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="text-muted-foreground text-xs">
        Weeks begin on Monday, in UTC. Not yet: {subject === "people" ? "people" : "accounts"} seen by the end of the
        week that had not used it by then.
      </p>
      <EstimateNote of={use} who={subject} />
    </section>
  );
}

function Counted({ n, href }: { n: number; href: string | null }) {
  if (n === 0) return <span className="text-muted-foreground">0</span>;
  if (href === null) return formatCount(n);
  return (
    <Link href={href} prefetch={false} className="font-medium underline underline-offset-4">
      {formatCount(n)}
    </Link>
  );
}
