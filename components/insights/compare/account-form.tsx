import { Button } from "@/components/ui/button";
import { ACCOUNT_DAYS } from "@/lib/comparison/account-groups";

const PAIRS = [
  ["retained", "Retained and churned accounts"],
  ["health", "Growing and going quiet"],
  ["paying", "Paying and not"],
  ["segment", "A segment and all others"],
  ["segments", "Two segments"],
] as const;

type Props = {
  segments: { id: string; name: string }[];
  shown: { pair: string; a: string | undefined; b: string | undefined; days: number };
};

/** Hides the segment inputs unless the chosen pair uses them; by CSS, as the form works without scripts. */
const HIDE_UNUSED_SEGMENTS =
  "[&:not(:has(option[value^=segment]:checked))_[name=a]]:hidden [&:not(:has(option[value=segments]:checked))_[name=b]]:hidden";
const selectClass = "h-8 max-w-64 rounded-md border border-input bg-background px-2 text-base md:text-[13px]";

/** Chooses the groups of accounts and how many of their first days count. A plain form, which works without scripts. */
export function AccountCompareForm({ segments, shown }: Props) {
  const { pair, a, b, days } = shown;
  return (
    <form
      key={[pair, a, b, days].join(" ")}
      aria-label="What is compared"
      className={`flex flex-wrap items-center gap-1.5 ${HIDE_UNUSED_SEGMENTS}`}
    >
      <input type="hidden" name="of" value="accounts" />
      <select name="pair" aria-label="Compare" defaultValue={pair} className={selectClass}>
        {PAIRS.filter(([name]) => !name.startsWith("segment") || segments.length > 0).map(([name, label]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
      {segments.length > 0 && <Segments name="a" label="Segment" segments={segments} value={a} />}
      {segments.length > 1 && (
        <Segments name="b" label="Second segment" segments={segments} value={b ?? segments[1]?.id} />
      )}
      <select name="days" aria-label="First days" defaultValue={String(days)} className={selectClass}>
        {ACCOUNT_DAYS.map((one) => (
          <option key={one} value={one}>
            in their first {one} days
          </option>
        ))}
      </select>
      <Button type="submit" variant="outline" size="sm">
        Compare
      </Button>
    </form>
  );
}

type SegmentsProps = { name: string; label: string; segments: Props["segments"]; value: string | undefined };

const Segments = ({ name, label, segments, value }: SegmentsProps) => (
  <select name={name} aria-label={label} defaultValue={value ?? segments[0]?.id} className={selectClass}>
    {segments.map(({ id, name: called }) => (
      <option key={id} value={id}>
        {called}
      </option>
    ))}
  </select>
);
