import { Flag } from "@/components/ui/flag";
import { Link } from "@/components/ui/link";
import type { ComparedShare } from "@/lib/comparison/compared-rows";
import { differenceOf, formatShare, labelOf } from "@/lib/comparison/sentences";
import { shareOf } from "@/lib/comparison/statistics";
import { humanName } from "@/lib/format/human-name";

/** Number shown. */
const MAX_SHOWN = 6;

type StandOutBarsProps = { rows: ComparedShare[]; others: string; hrefOf: (row: ComparedShare) => string };

/** Values clearly more common among members than others, as pairs of bars; each links to the members who have it. */
export function StandOutBars({ rows, others, hrefOf }: StandOutBarsProps) {
  if (rows.length === 0) {
    return (
      <p className="py-6 text-muted-foreground text-sm">
        Nothing yet. No value is clearly more common here than among others.
      </p>
    );
  }
  return (
    <ul className="grid grid-cols-1 gap-2.5">
      {rows.slice(0, MAX_SHOWN).map((row) => {
        const { label, value } = labelOf(row, humanName);
        const [member, other] = [shareOf(row.a), shareOf(row.b)];
        return (
          <li key={`${row.kind} ${row.key}=${row.value}`} className="text-[13px]">
            <div className="flex items-baseline justify-between gap-3">
              <Link href={hrefOf(row)} prefetch={false} className="min-w-0 truncate rounded-sm hover:underline">
                <span className="text-muted-foreground">{label}</span>{" "}
                <span className="font-medium">
                  {row.key === "country" && row.value !== undefined && <Flag country={row.value} />}
                  {value}
                </span>
              </Link>
              <span
                title={differenceOf(row)}
                className="shrink-0 whitespace-nowrap text-muted-foreground text-xs tabular-nums"
              >
                <span className="font-medium text-foreground">{formatShare(member)}</span> against {formatShare(other)}{" "}
                of {others}
              </span>
            </div>
            <div aria-hidden="true" className="mt-1 grid gap-0.5">
              <Bar share={member} className="bg-primary" />
              <Bar share={other} className="bg-muted-foreground/35" />
            </div>
          </li>
        );
      })}
    </ul>
  );
}

const Bar = ({ share, className }: { share: number; className: string }) => (
  <span className={`block h-1 rounded-full ${className}`} style={{ width: `${Math.max(0.5, share * 100)}%` }} />
);
