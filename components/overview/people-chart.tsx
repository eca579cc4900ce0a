import { BarChart } from "@/components/charts/bars-lazy";
import { query } from "@/components/overview/params";
import { day } from "@/lib/format/time";
import type { DayCount } from "@/lib/overview/types";

const HEIGHT = 160;
/** Above this many days bars are weeks' averages, or they would be hairs. */
const MAX_BARS = 100;

/** Active people by day; a day leads to who they were. `href`: the overview. */
export async function PeopleChart({
  counts,
  days,
  href,
}: {
  counts: Promise<DayCount[]>;
  days: string[];
  href: string;
}) {
  const known = new Map((await counts).map((row) => [row.day, row.people]));
  const step = days.length > MAX_BARS ? 7 : 1;
  const points = days.flatMap((first, index) => {
    if (index % step !== 0) return [];
    const week = days.slice(index, index + step);
    const sum = week.reduce((total, name) => total + (known.get(name) ?? 0), 0);
    const point = { label: day(Date.parse(first), "UTC"), value: Math.round(sum / week.length) };
    return [step === 1 ? { ...point, href: `${href}/people${query({ from: first, to: first })}` } : point];
  });
  const title = step === 1 ? "Active people by day" : "Active people on a day, averaged by week";
  return (
    <section>
      <h2 className="mb-2 font-medium text-sm">{title}</h2>
      <BarChart label={title} points={points} unit="people" height={HEIGHT} />
    </section>
  );
}
