import { Button } from "@/components/ui/button";
import type { Feature } from "@/lib/features/rule";
import { PRESET_DAYS } from "@/lib/format/range";
import type { Subject } from "@/lib/segments/rule";

type AdoptionFormProps = {
  days: number;
  segment: string | null;
  segments: { id: string; name: string }[];
  of: Subject;
  feature: string | undefined;
  features: Feature[];
};

const selectClass = "h-8 max-w-56 rounded-md border border-input bg-background px-1.5 text-base md:text-sm";

/** Chooses the people, the days and the triangle's feature. A plain form, which works without scripts. */
export function AdoptionForm({ days, of, segment, segments, feature, features }: AdoptionFormProps) {
  return (
    <form className="flex flex-wrap items-center gap-1.5" key={`${of} ${days} ${segment} ${feature}`}>
      {of === "accounts" && <input type="hidden" name="of" value={of} />}
      <select
        name="segment"
        aria-label={of === "accounts" ? "Accounts" : "People"}
        defaultValue={segment ?? ""}
        className={selectClass}
      >
        <option value="">{of === "accounts" ? "All accounts" : "All identified people"}</option>
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
      <select name="feature" aria-label="Used again, of" defaultValue={feature} className={selectClass}>
        {features.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <Button type="submit" variant="outline" size="sm">
        Show
      </Button>
    </form>
  );
}
