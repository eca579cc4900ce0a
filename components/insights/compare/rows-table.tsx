import { BookmarkPlus } from "lucide-react";
import type { RowLinks } from "@/components/insights/compare/comparison-view";
import { DifferenceInterval } from "@/components/insights/compare/interval";
import { Editable } from "@/components/ui/editable";
import { Link } from "@/components/ui/link";
import { type ComparedRow, isMean } from "@/lib/comparison/compared-rows";
import { differenceOf, formatMean, formatShare, labelOf, sentenceOf } from "@/lib/comparison/sentences";
import { shareOf } from "@/lib/comparison/statistics";
import { humanName } from "@/lib/format/human-name";

type Groups = { a: { label: string }; b: { label: string } };
type RowsTableProps = {
  caption: string;
  rows: ComparedRow[];
  groups: Groups;
  links: RowLinks;
  when: string;
  clear?: boolean;
};

/** Rows of a comparison: both sides, the difference in words, and drawn with its interval. */
export function RowsTable({ caption, rows, groups, links, when, clear = false }: RowsTableProps) {
  const reach = (shares: boolean) =>
    Math.max(0.01, ...rows.filter((row) => isMean(row) !== shares).flatMap(({ low, high }) => [-low, high]));
  const most = reach(true);
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-[13px]">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b text-left text-muted-foreground text-xs [&>th]:h-9 [&>th]:px-2 [&>th]:font-medium">
            <th scope="col" className="!pl-0 w-full">
              What they did or are
            </th>
            <th scope="col" className="max-w-32 truncate text-right first-letter:uppercase" title={groups.a.label}>
              {groups.a.label}
            </th>
            <th scope="col" className="max-w-32 truncate text-right first-letter:uppercase" title={groups.b.label}>
              {groups.b.label}
            </th>
            <th scope="col" className="whitespace-nowrap text-right max-sm:hidden">
              Difference
            </th>
            <th scope="col" className="min-w-40 max-md:hidden">
              <span className="sr-only">The difference and its interval, drawn</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const { label, value } = labelOf(row, humanName);
            const scale = isMean(row) ? Math.max(-row.low, row.high) : most;
            return (
              <tr
                key={JSON.stringify([row.kind, row.key, row.property, row.value])}
                className="border-b transition-colors hover:bg-muted/60 [&>td]:h-10 [&>td]:px-2 [&>th]:h-10"
              >
                <th
                  scope="row"
                  title={sentenceOf(row, groups, when, humanName)}
                  className="max-w-0 truncate py-1 pr-2 text-left font-normal max-sm:whitespace-normal"
                >
                  <span className={value === null ? "font-medium" : "text-muted-foreground"}>{label}</span>
                  {value !== null && <span className="font-medium"> {value}</span>}
                  <span className="block text-muted-foreground text-xs sm:hidden">{differenceOf(row)}</span>
                </th>
                <Side row={row} side="a" groups={groups} links={links} name={`${label} ${value ?? ""}`} />
                <Side row={row} side="b" groups={groups} links={links} name={`${label} ${value ?? ""}`} />
                <td className="whitespace-nowrap text-right tabular-nums max-sm:hidden">{differenceOf(row)}</td>
                <td className="max-md:hidden">
                  <DifferenceInterval low={row.low} value={row.difference} high={row.high} most={scale} clear={clear} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

type SideProps = {
  row: ComparedRow;
  side: "a" | "b";
  groups: Groups;
  links: RowLinks;
  name: string;
};

/** A side's share, which opens its people and can be saved as a segment. */
function Side({ row, side, groups, links, name }: SideProps) {
  const group = groups[side];
  const { list, save } = links(row, side);
  const shown = isMean(row) ? formatMean(row[side].mean) : formatShare(shareOf(row[side]));
  return (
    <td className="whitespace-nowrap text-right tabular-nums">
      <span className="group/side inline-flex items-center justify-end gap-0.5">
        <Editable>
          <Link
            href={save}
            prefetch={false}
            title="Save as segment"
            className="inline-flex size-6 items-center justify-center rounded-sm text-muted-foreground opacity-0 hover:text-primary focus-visible:opacity-100 group-hover/side:opacity-100 max-sm:hidden [@media(hover:none)]:opacity-100"
          >
            <BookmarkPlus aria-hidden="true" className="size-3.5" />
            <span className="sr-only">
              Save as segment: {group.label}, {name}
            </span>
          </Link>
        </Editable>
        <Link
          href={list}
          prefetch={false}
          className="inline-flex min-h-6 min-w-6 items-center justify-end rounded-sm hover:text-primary hover:underline"
        >
          {shown}
          <span className="sr-only">
            {" "}
            of {group.label}: {name}
          </span>
        </Link>
      </span>
    </td>
  );
}
