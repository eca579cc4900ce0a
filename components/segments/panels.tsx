import type { ReactNode } from "react";
import { listHref } from "@/components/columns/list-url";
import { queryString } from "@/components/search-params";
import { GrowthChart } from "@/components/segments/growth-lazy";
import { GROWTH_DAYS, readGrowth } from "@/components/segments/read-growth";
import { StandOutBars } from "@/components/segments/stand-out-bars";
import { Link } from "@/components/ui/link";
import type { ComparedShare } from "@/lib/comparison/compared-rows";
import { ruleOfRow } from "@/lib/comparison/rule-of-row";
import { standOuts } from "@/lib/comparison/stand-outs";
import { pluralCount } from "@/lib/format/number";
import type { Scope } from "@/lib/scope";
import { encodeRule } from "@/lib/segments/encode-rule";
import type { Subject } from "@/lib/segments/rule";

const CHART_PX = 190;

type PanelProps = { scope: Scope; segmentId: string };

/** The segment's size by day. */
export async function GrowthPanel({ scope, segmentId, of }: PanelProps & { of: Subject }) {
  const points = await readGrowth(scope, segmentId);
  const first = points[0];
  return (
    <Panel title="Growth" text={`At the end of each day, the last ${GROWTH_DAYS} days`}>
      {points.length > 1 ? (
        <GrowthChart points={points} height={CHART_PX} of={of} />
      ) : (
        <p className="py-6 text-muted-foreground text-sm">
          {first
            ? `Counted today for the first time: ${pluralCount(first.people, of === "accounts" ? "account" : "user")}. Growth appears here from tomorrow.`
            : "It is counted within the hour and daily from then on. Growth appears here."}
        </p>
      )}
    </Panel>
  );
}

/** Values more common among members than comparable people. */
export async function StandOutPanel({ scope, segmentId }: PanelProps) {
  const { a, b, rows, window } = await standOuts(scope, segmentId);
  const hrefOf = (row: ComparedShare) =>
    listHref(`/${scope.projectId}/users`, { filter: encodeRule(ruleOfRow(a.rule, row, window)) });
  return (
    <Panel title="What stands out" text="Values its members have more often than comparable people who are not in it">
      <StandOutBars rows={rows} others={b.label} hrefOf={hrefOf} />
      <Link
        href={`/${scope.projectId}/insights/compare${queryString({ pair: "segment", a: segmentId })}`}
        prefetch={false}
        className="mt-3 inline-block rounded-sm text-muted-foreground text-xs hover:text-foreground hover:underline"
      >
        Compare what they did
      </Link>
    </Panel>
  );
}

const Panel = ({ title, text, children }: { title: string; text: string; children: ReactNode }) => (
  <section className="min-w-0 px-4 py-4 max-lg:border-b sm:px-6">
    <h2 className="font-medium text-sm">{title}</h2>
    <p className="mb-3 text-muted-foreground text-xs">{text}</p>
    {children}
  </section>
);
