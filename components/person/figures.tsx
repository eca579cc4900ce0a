"use client";

import Link from "next/link";
import { parseAsNumberLiteral, useQueryState } from "nuqs";
import { Change } from "@/components/charts/change";
import { type Compared, type Numbers, PERIODS, type Period } from "@/components/person/numbers";
import { cn } from "@/components/ui/cn";
import { count, money } from "@/lib/format/number";
import { duration } from "@/lib/format/time";

const FIGURES: { key: keyof Numbers; label: string; text: (value: number) => string; of: "sessions" | "events" }[] = [
  { key: "activeDays", label: "active days", text: count, of: "events" },
  { key: "sessions", label: "sessions", text: count, of: "sessions" },
  { key: "events", label: "events", text: count, of: "events" },
  {
    key: "timeMs",
    label: "in visits",
    text: (ms) => (ms === 0 ? "0 min" : duration(ms - (ms % 60_000) || ms)),
    of: "sessions",
  },
  { key: "revenue", label: "revenue", text: money, of: "events" },
];

type FiguresProps = {
  compared: Compared;
  /** The first day ("2026-03-12") of each period. */
  firstDays: Record<Period, string>;
  href: string;
};

/** A person's recent activity compared with as many days before; each number links to what it counts. */
export function Figures({ compared, firstDays, href }: FiguresProps) {
  const [days, setDays] = useQueryState("days", parseAsNumberLiteral(PERIODS).withDefault(30));
  const { now, before } = compared[days];
  const shown = FIGURES.filter(
    ({ key }) =>
      key !== "revenue" || PERIODS.some((p) => compared[p].now.revenue > 0 || compared[p].before.revenue > 0),
  );
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
        {shown.map(({ key, label, text, of }) => (
          <li key={key}>
            <span className="flex items-baseline gap-1.5">
              <Link
                href={
                  of === "sessions"
                    ? `${href}/sessions?since=${firstDays[days]}`
                    : `${href}?days=${days}&since=${firstDays[days]}${key === "revenue" ? "&conversions=true" : ""}#timeline`
                }
                prefetch={false}
                className="rounded-sm font-semibold text-lg tabular-nums leading-6 hover:text-primary"
              >
                {text(now[key])}
                <span className="sr-only"> {label}</span>
              </Link>
              <Change now={now[key]} before={before[key]} was={text(before[key])} />
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
