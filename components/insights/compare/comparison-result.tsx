import { Download } from "lucide-react";
import type { ComparisonView, ShownGroup } from "@/components/insights/compare/comparison-view";
import { RowsTable } from "@/components/insights/compare/rows-table";
import { queryString } from "@/components/search-params";
import { Button } from "@/components/ui/button";
import { ForMembers } from "@/components/ui/guest";
import { Link } from "@/components/ui/link";
import { TabLinks } from "@/components/ui/tab-links";
import { type ComparedRow, type ComparedRowKind, MIN_GROUP, ROW_KINDS } from "@/lib/comparison/compared-rows";
import { ROW_KIND_LABELS, sentenceOf } from "@/lib/comparison/sentences";
import { humanName } from "@/lib/format/human-name";
import { formatCount } from "@/lib/format/number";

const SENTENCES = 3;
const MAX_SHOWN = 100;

type ComparisonResultProps = {
  projectId: string;
  shown: ComparisonView;
  kind: ComparedRowKind | null;
  /** Includes rows without a clear difference. */
  all: boolean;
};

export function ComparisonResult({ projectId, shown, kind, all }: ComparisonResultProps) {
  const { a, b, leftOut, comparison, isEstimate, when, params, noun } = shown;
  const missing = leftOut.filter(({ people }) => people > 0);
  const path = `/${projectId}/insights/compare`;
  const hrefWith = (changes: Record<string, string | null>) =>
    path + queryString({ ...params, kind, all: all ? "1" : null, ...changes });
  const hasEnough = Math.min(a.read, b.read) >= MIN_GROUP;
  const ofKind = (row: ComparedRow) => kind === null || row.kind === kind;
  const [clear, unclear] = [comparison.clear.filter(ofKind), comparison.unclear.filter(ofKind)];
  const groups = { a, b };
  // Power users are defined by how active they are, so rows about activity explain nothing.
  const explaining = comparison.clear.filter((row) => params.pair !== "power" || row.kind !== "activity");
  return (
    <>
      <section aria-label="Who is compared" className="grid gap-1.5 text-sm">
        <p>
          <People group={a} /> and <People group={b} />, by what {noun === "accounts" ? "their people" : "they"} did{" "}
          {when}.
        </p>
        <p className="max-w-3xl text-muted-foreground text-xs">
          {shown.outcome} Left out, so that everybody had the same time: {missing.length === 0 && "nobody"}
          {missing.map((group, i) => (
            <span key={group.label}>
              {i > 0 && ", "}
              <People group={group} />
            </span>
          ))}
          .{" "}
          {isEstimate &&
            `An estimate from ${formatCount(a.read)} and ${formatCount(b.read)} randomly sampled ${noun}; the intervals account for that.`}
        </p>
      </section>
      {!hasEnough ? (
        <p className="max-w-2xl text-muted-foreground text-sm">
          Too few {noun} to compare: each group needs {MIN_GROUP}. Choose a shorter window, another date or another
          pair.
        </p>
      ) : (
        <>
          {explaining.length > 0 && kind === null && (
            <ul aria-label="The clearest differences" className="grid max-w-3xl list-disc gap-1 pl-5 text-sm">
              {oncePerKey(explaining)
                .slice(0, SENTENCES)
                .map((row) => (
                  <li key={JSON.stringify([row.kind, row.key, row.property, row.value])}>
                    {sentenceOf(row, groups, when, humanName)}
                  </li>
                ))}
            </ul>
          )}
          <div className="flex flex-wrap items-center justify-between gap-2 border-b">
            <TabLinks
              label="Kind of rows"
              className="min-w-0 overflow-x-auto [scrollbar-width:none]"
              tabs={[
                { href: hrefWith({ kind: null }), label: "All", current: kind === null },
                ...ROW_KINDS.map((one) => ({
                  href: hrefWith({ kind: one }),
                  label: ROW_KIND_LABELS[one],
                  current: kind === one,
                })),
              ]}
            />
            <ForMembers>
              <Button asChild variant="outline" size="sm" className="mb-1">
                <a href={`${path}/export${queryString(params)}`} download>
                  <Download aria-hidden="true" />
                  Export CSV
                </a>
              </Button>
            </ForMembers>
          </div>
          {clear.length === 0 ? (
            <p className="text-muted-foreground text-sm">
              No clear difference{kind !== null && " of this kind"}: chance could explain the remaining ones.
            </p>
          ) : (
            <RowsTable
              caption="Differences, largest effect first"
              rows={clear.slice(0, MAX_SHOWN)}
              groups={groups}
              links={shown.links}
              when={when}
              clear
            />
          )}
          {clear.length > MAX_SHOWN && (
            <p className="text-muted-foreground text-xs">
              The first {MAX_SHOWN} of {formatCount(clear.length)}; the CSV file has all.
            </p>
          )}
          {unclear.length > 0 && (
            <>
              <Link
                href={hrefWith({ all: all ? null : "1" })}
                scroll={false}
                aria-expanded={all}
                className="justify-self-start rounded-sm text-muted-foreground text-sm hover:text-foreground hover:underline"
              >
                {all
                  ? "Hide the rows without a clear difference"
                  : `${formatCount(unclear.length)} more without a clear difference`}
              </Link>
              {all && (
                <RowsTable
                  caption="Without a clear difference"
                  rows={unclear.slice(0, MAX_SHOWN)}
                  groups={groups}
                  links={shown.links}
                  when={when}
                />
              )}
            </>
          )}
          <p className="max-w-3xl text-muted-foreground text-xs">
            Intervals are 95 %. Of the rows shown as clear, on average at most 5 % are due to chance. A difference is
            not a cause. Properties are current ones.{" "}
            <Link href="/docs/comparison" className="underline">
              How this is computed
            </Link>
          </p>
        </>
      )}
    </>
  );
}

const People = ({ group }: { group: ShownGroup }) => (
  <Link
    href={group.href}
    prefetch={false}
    className="font-medium text-foreground tabular-nums underline decoration-muted-foreground/40 underline-offset-2 hover:text-primary"
  >
    {group.isExact ? formatCount(group.people) : `about ${formatCount(group.people)}`} {group.label}
  </Link>
);

/** The clearest row of each event, property or habit. */
const oncePerKey = (rows: ComparedRow[]): ComparedRow[] =>
  rows.filter(({ key }, i) => rows.findIndex((one) => one.key === key) === i);
