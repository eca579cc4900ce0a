"use client";

import { parseAsNumberLiteral, useQueryState } from "nuqs";
import { ChangeBadge } from "@/components/charts/change";
import { PERIODS, type Period } from "@/components/charts/periods";
import { cn } from "@/components/ui/cn";
import { Link } from "@/components/ui/link";

/**
 * A number of a period and of the previous one; `text` and `was` are the same, formatted. `href`: the list it counts.
 */
export type PeriodFigure = { label: string; now: number; before: number; text: string; was: string; href: string };

/** Recent activity compared with the equally long period before; each number links to the list it counts. */
export function PeriodFigures({ figures }: { figures: Record<Period, PeriodFigure[]> }) {
  const [days, setDays] = useQueryState("days", parseAsNumberLiteral(PERIODS).withDefault(30));
  return (
    <section aria-label={`The last ${days} days`} className="flex flex-wrap items-start gap-x-7 gap-y-3">
      <div className="order-last ml-auto flex rounded-md border p-0.5 max-sm:order-first max-sm:ml-0">
        {PERIODS.map((period) => (
          <button
            key={period}
            type="button"
            aria-pressed={period === days}
            onClick={() => void setDays(period)}
            className={cn(
              "rounded-sm px-2 py-0.5 text-xs",
              period === days ? "bg-muted font-medium" : "text-muted-foreground hover:text-foreground",
            )}
          >
            {period} days
          </button>
        ))}
      </div>
      <ul className="flex flex-wrap gap-x-7 gap-y-3 max-sm:w-full">
        {figures[days].map(({ label, now, before, text, was, href }) => (
          <li key={label}>
            <span className="flex items-baseline gap-1.5">
              <Link
                href={href}
                prefetch={false}
                className="rounded-sm font-semibold text-lg tabular-nums leading-6 hover:text-primary"
              >
                {text}
                <span className="sr-only"> {label}</span>
              </Link>
              <ChangeBadge now={now} before={before} was={was} />
            </span>
            <span aria-hidden="true" className="text-muted-foreground text-xs">
              {label}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
