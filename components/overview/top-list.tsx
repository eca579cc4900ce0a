import { ChangeBadge } from "@/components/charts/change";
import { RankedList } from "@/components/charts/ranked";
import { queryString } from "@/components/search-params";
import { humanName } from "@/lib/format/human-name";
import { formatCount } from "@/lib/format/number";
import type { Ranked } from "@/lib/overview/rankings.queries";

type TopListProps = {
  title: string;
  rows: Promise<Ranked[]>;
  labelOf: "human" | "plain";
  /** Link of a row: the list it counts, filtered by `parameter`. */
  hrefOf: { path: string; parameter: string; dates: Record<string, string> };
  empty: string;
};

/** The most frequent items, compared with the period before. */
export async function TopList({ title, rows, labelOf, hrefOf, empty }: TopListProps) {
  const ranked = await rows;
  return (
    <section className="min-w-0">
      <h2 className="mb-2 font-medium text-sm">{title}</h2>
      {ranked.length === 0 ? (
        <p className="text-muted-foreground text-sm">{empty}</p>
      ) : (
        <RankedList
          what={`${title}, most frequent first`}
          rows={ranked.map(({ name, count: times, before }) => ({
            key: name,
            label: labelOf === "human" ? humanName(name) : name,
            value: times,
            href: hrefOf.path + queryString({ ...hrefOf.dates, [hrefOf.parameter]: name }),
            extra: <ChangeBadge now={times} before={before} was={formatCount(before)} />,
          }))}
        />
      )}
    </section>
  );
}
