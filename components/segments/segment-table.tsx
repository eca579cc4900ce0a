import { Building2, Filter, ListChecks } from "lucide-react";
import { Suspense } from "react";
import { formatTotal } from "@/components/people/total";
import { Ago, type Clock } from "@/components/time";
import { Link } from "@/components/ui/link";
import { Skeleton } from "@/components/ui/skeleton";
import type { Total } from "@/lib/profiles/types";

export type SegmentRow = {
  id: string;
  href: string;
  name: string;
  /** The rule in words. */
  text: string;
  kind: "list" | "people" | "accounts";
  /** Milliseconds. */
  updatedAt: number;
  /** Current size; null when counting failed. */
  total: Promise<Total | null>;
};

/** Segments by name. The counts stream in later. */
export function SegmentTable({ rows, clock }: { rows: SegmentRow[]; clock: Clock }) {
  return (
    <table className="w-full border-t text-[13px]">
      <caption className="sr-only">Segments by name</caption>
      <thead>
        <tr className="border-b text-left text-muted-foreground text-xs [&>th]:h-9 [&>th]:px-3 [&>th]:font-medium">
          <th scope="col" className="!pl-4 sm:!pl-6">
            Segment
          </th>
          <th scope="col" className="w-28 text-right max-sm:!pr-4">
            Size now
          </th>
          <th scope="col" className="!pr-6 hidden w-36 sm:table-cell">
            Changed
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id} className="relative border-b transition-colors hover:bg-muted/60 [&>td]:px-3 [&>td]:py-2.5">
            <td className="!pl-4 sm:!pl-6">
              <div className="flex items-start gap-2.5">
                <Icon of={row.kind} />
                <div className="min-w-0">
                  <Link href={row.href} prefetch={false} className="font-medium after:absolute after:inset-0">
                    {row.name}
                  </Link>
                  <p className="text-pretty text-muted-foreground text-xs">{row.text}</p>
                </div>
              </div>
            </td>
            <td className="text-right align-top tabular-nums max-sm:!pr-4">
              <Suspense fallback={<Skeleton className="ml-auto h-3.5 w-10" />}>
                <Count total={row.total} kind={row.kind} />
              </Suspense>
            </td>
            <td className="!pr-6 hidden whitespace-nowrap align-top text-muted-foreground sm:table-cell">
              <Ago ts={row.updatedAt} clock={clock} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const ICONS = { list: ListChecks, people: Filter, accounts: Building2 };

function Icon({ of }: { of: SegmentRow["kind"] }) {
  const Shown = ICONS[of];
  return <Shown aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-muted-foreground" />;
}

async function Count({ total, kind }: Pick<SegmentRow, "total" | "kind">) {
  const found = await total;
  if (!found) return "—";
  return (
    <>
      {formatTotal(found)} <span className="text-muted-foreground text-xs">{nounOf(kind, found.count)}</span>
    </>
  );
}

function nounOf(kind: SegmentRow["kind"], count: number): string {
  if (kind === "accounts") return count === 1 ? "account" : "accounts";
  return count === 1 ? "person" : "people";
}
