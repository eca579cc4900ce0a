import { Button } from "@/components/ui/button";
import type { Feature } from "@/lib/features/rule";
import { PRESET_DAYS } from "@/lib/format/range";

type AdoptionFormProps = {
  days: number;
  segment: string | null;
  segments: { id: string; name: string }[];
  event: string | undefined;
  features: Feature[];
};

const selectClass = "h-8 max-w-56 rounded-md border border-input bg-background px-1.5 text-base md:text-sm";

/** Chooses the people, the days and the triangle's event. A plain form, which works without scripts. */
export function AdoptionForm({ days, segment, segments, event, features }: AdoptionFormProps) {
  return (
    <form className="flex flex-wrap items-center gap-1.5" key={`${days} ${segment} ${event}`}>
      <select name="segment" aria-label="People" defaultValue={segment ?? ""} className={selectClass}>
        <option value="">All identified people</option>
        {segments.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <select name="days" aria-label="Days" defaultValue={String(days)} className={selectClass}>
        {PRESET_DAYS.map((preset) => (
          <option key={preset} value={preset}>
            Last {preset} days
          </option>
        ))}
      </select>
      <select name="event" aria-label="Used again, of" defaultValue={event} className={selectClass}>
        {features.map(({ id, name, events }) => (
          <optgroup key={id} label={name}>
            {events.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <Button type="submit" variant="outline" size="sm">
        Show
      </Button>
    </form>
  );
}
