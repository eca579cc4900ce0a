import { Button } from "@/components/ui/button";
import type { Feature } from "@/lib/features/rule";
import { PRESET_DAYS } from "@/lib/format/range";
import type { Subject } from "@/lib/segments/rule";

type AdoptionFormProps = {
  days: number;
  segment: string | null;
  segments: { id: string; name: string }[];
  subject: Subject;
  /** The one account, if the URL has one. */
  account: { id: string; name: string } | null;
  typed: string | undefined;
  feature: string | undefined;
  features: Feature[];
};

const selectClass = "h-8 max-w-56 rounded-md border border-input bg-background px-1.5 text-base md:text-sm";

/** Chooses the people, the days and the feature shown week by week. A plain form, which works without scripts. */
export function AdoptionForm({
  days,
  subject,
  account,
  typed,
  segment,
  segments,
  feature,
  features,
}: AdoptionFormProps) {
  return (
    <form
      className="flex flex-wrap items-center gap-1.5"
      key={`${subject} ${days} ${segment} ${account?.id ?? typed} ${feature}`}
    >
      {subject === "accounts" && <input type="hidden" name="of" value={subject} />}
      <select
        name="segment"
        aria-label={subject === "accounts" ? "Accounts" : "People"}
        defaultValue={segment ?? ""}
        className={selectClass}
      >
        <option value="">{subject === "accounts" ? "All accounts" : "All identified people"}</option>
        {segments.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      {subject === "people" && account && <input type="hidden" name="accountId" value={account.id} />}
      {subject === "people" && (
        <input
          name="account"
          type="search"
          aria-label="Of one account"
          placeholder="Any account"
          defaultValue={account?.name ?? typed}
          maxLength={255}
          className="h-8 w-36 rounded-md border border-input bg-background px-2 text-base md:text-sm"
        />
      )}
      <select name="days" aria-label="Days" defaultValue={String(days)} className={selectClass}>
        {PRESET_DAYS.map((preset) => (
          <option key={preset} value={preset}>
            Last {preset} days
          </option>
        ))}
      </select>
      <select name="feature" aria-label="Feature week by week" defaultValue={feature} className={selectClass}>
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
