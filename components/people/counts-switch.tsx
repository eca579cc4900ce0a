import { LeaveOut, type LeaveOutAction } from "@/components/people/leave-out";
import { Link } from "@/components/ui/link";

type CountedProps = {
  projectId: string;
  /** A person's ref or an account's id. */
  of: string;
  /** Whether counts exclude it, for any reason. */
  isOut: boolean;
  /** Whether it is excluded by its own entry in the settings. */
  isNamed: boolean;
  /** A further effect of excluding it. */
  effect?: string;
  /** Other reasons why it is excluded. */
  otherwise: string;
  /** Whether the reader may exclude it and undo that. */
  mayChange: boolean;
  action: LeaveOutAction;
};

/**
 * Whether counts include a person, or an account with its people, and the switch for it. Renders nothing if there is
 * nothing to show or change.
 */
export function CountsSwitch({ projectId, of, isOut, isNamed, effect, otherwise, mayChange, action }: CountedProps) {
  if (!isOut && !isNamed && !mayChange) return null;
  return (
    <section aria-labelledby="counted" className="grid gap-3 border-t pt-6">
      <h2 id="counted" className="font-medium text-sm">
        Counts
      </h2>
      <div className="grid gap-2 text-sm">
        <p className="text-pretty text-muted-foreground">
          {isOut || isNamed ? "Own team or test: left out of every count and list." : "Included in every count."}
          {effect !== undefined && !isOut && !isNamed && ` ${effect}`}
          {isOut && !isNamed && (
            <>
              {" "}
              {otherwise}{" "}
              <Link href={`/${projectId}/settings`} className="text-primary underline underline-offset-4">
                Settings
              </Link>
            </>
          )}
        </p>
        {mayChange && (isNamed || !isOut) && <LeaveOut projectId={projectId} of={of} isOut={isNamed} action={action} />}
      </div>
    </section>
  );
}
