import { BarChart } from "@/components/charts/bars-lazy";
import { day } from "@/lib/format/time";
import type { DayCount } from "@/lib/overview/types";

const HEIGHT = 160;
/** Above this many days bars are weeks' averages, or they would be hairs. */
const MAX_BARS = 100;

/** Active people by day. */
export async function PeopleChart({ counts, days }: { counts: Promise<DayCount[]>; days: string[] }) {
  const known = new Map((await counts).map((row) => [row.day, row.people]));
  const step = days.length > MAX_BARS ? 7 : 1;
  const points = days.flatMap((first, index) => {
    if (index % step !== 0) return [];
    const week = days.slice(index, index + step);
    const sum = week.reduce((total, name) => total + (known.get(name) ?? 0), 0);
    return [{ label: day(Date.parse(first), "UTC"), value: Math.round(sum / week.length) }];
  });
  const title = step === 1 ? "Active people by day" : "Active people on a day, averaged by week";
  return (
    <section>
      <h2 className="mb-2 font-medium text-sm">{title}</h2>
      <BarChart label={title} points={points} unit="people" height={HEIGHT} />
    </section>
  );
}
