import type { ReactNode } from "react";
import { Link } from "@/components/ui/link";
import { formatCount } from "@/lib/format/number";

export type RankedRow = { key: string; label: string; value: number; href: string; extra?: ReactNode };

/** A ranked list with a bar behind each row; each row links to the list it counts. */
export function RankedList({ rows, what }: { rows: RankedRow[]; what: string }) {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <ol aria-label={what} className="grid gap-0.5 text-[13px]">
      {rows.map(({ key, label, value, href, extra }) => (
        <li key={key} className="relative flex h-7 items-center gap-3 rounded-sm px-2 hover:bg-muted">
          <span
            aria-hidden="true"
            className="absolute inset-y-0.5 left-0 rounded-sm bg-primary/10"
            style={{ width: `${Math.max(2, (value / most) * 100)}%` }}
          />
          <Link
            href={href}
            prefetch={false}
            title={label}
            className="relative min-w-0 flex-1 truncate after:absolute after:-inset-2 hover:text-primary"
          >
            {label}
          </Link>
          <span className="relative tabular-nums">{formatCount(value)}</span>
          {extra && <span className="relative w-14 text-right">{extra}</span>}
        </li>
      ))}
    </ol>
  );
}
