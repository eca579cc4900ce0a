import { LeaveOut, type LeaveOutAction } from "@/components/people/leave-out";
import { Link } from "@/components/ui/link";

type CountedProps = {
  projectId: string;
  /** A person's ref or an account's id. */
  of: string;
  /** Left out, for whatever reason. */
  isOut: boolean;
  /** Left out because the settings name it. */
  isNamed: boolean;
  /** What leaving it out does, beyond itself. */
  effect?: string;
  /** Why else it can be left out. */
  otherwise: string;
  /** Whether the reader may leave it out and undo that. */
  mayChange: boolean;
  action: LeaveOutAction;
};

/**
 * Whether counts include a person, or an account with its people, and the switch for it. Renders nothing where there is
 * nothing to say or do.
 */
export function Counted({ projectId, of, isOut, isNamed, effect, otherwise, mayChange, action }: CountedProps) {
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
