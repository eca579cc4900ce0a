import { Button } from "@/components/ui/button";

type GoalPickerProps = {
  goal: string | undefined;
  events: string[];
  /** The screen's other parameters, which are kept. */
  keep: Record<string, string | undefined>;
};

/** The goal: signing up, or an event. A plain form, which works without scripts. */
export function GoalPicker({ goal, events, keep }: GoalPickerProps) {
  const known = goal === undefined || events.includes(goal) ? events : [goal, ...events];
  return (
    <form className="flex items-center gap-1.5 text-sm">
      {Object.entries(keep).map(
        ([name, value]) => value !== undefined && <input key={name} type="hidden" name={name} value={value} />,
      )}
      <label htmlFor="goal" className="text-muted-foreground text-xs">
        Until
      </label>
      <select
        id="goal"
        name="goal"
        key={goal}
        defaultValue={goal ?? ""}
        className="h-8 max-w-56 rounded-md border border-input bg-background px-1.5 text-base md:text-sm"
      >
        <option value="">Signing up</option>
        {known.map((name) => (
          <option key={name} value={name}>
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
