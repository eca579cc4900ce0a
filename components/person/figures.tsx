import { type PeriodFigure, PeriodFigures } from "@/components/charts/period-figures";
import { PERIODS, type Period } from "@/components/charts/periods";
import type { ActivityNumbers, ComparedPeriods } from "@/components/person/numbers";
import { formatCount, formatMoney } from "@/lib/format/number";
import { formatDuration } from "@/lib/format/time";

const FIGURES: {
  key: keyof ActivityNumbers;
  label: string;
  text: (value: number) => string;
  of: "sessions" | "events";
}[] = [
  { key: "activeDays", label: "active days", text: formatCount, of: "events" },
  { key: "sessions", label: "sessions", text: formatCount, of: "sessions" },
  { key: "events", label: "events", text: formatCount, of: "events" },
  {
    key: "timeMs",
    label: "in visits",
    text: (ms) => (ms === 0 ? "0 min" : formatDuration(ms - (ms % 60_000) || ms)),
    of: "sessions",
  },
  { key: "revenue", label: "revenue", text: formatMoney, of: "events" },
];

type FiguresProps = {
  compared: ComparedPeriods;
  /** The first day ("2026-03-12") of each period. */
  firstDays: Record<Period, string>;
  href: string;
};

/** A person's recent activity compared with as many days before; each number links to what it counts. */
export function ActivityFigures({ compared, firstDays, href }: FiguresProps) {
  const shown = FIGURES.filter(
    ({ key }) =>
      key !== "revenue" || PERIODS.some((p) => compared[p].now.revenue > 0 || compared[p].before.revenue > 0),
  );
  const figuresOf = (days: Period): PeriodFigure[] =>
    shown.map(({ key, label, text, of }) => ({
      label,
      now: compared[days].now[key],
      before: compared[days].before[key],
      text: text(compared[days].now[key]),
      was: text(compared[days].before[key]),
      href:
        of === "sessions"
          ? `${href}/sessions?since=${firstDays[days]}`
          : `${href}?days=${days}&since=${firstDays[days]}${key === "revenue" ? "&conversions=true" : ""}#timeline`,
    }));
  return <PeriodFigures figures={{ 7: figuresOf(7), 30: figuresOf(30), 90: figuresOf(90) }} />;
}
