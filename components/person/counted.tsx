import Link from "next/link";
import { LeaveOut, type LeaveOutAction } from "@/components/people/leave-out";
import type { ProfileDetail } from "@/lib/profiles/types";

type CountedProps = {
  person: ProfileDetail;
  projectId: string;
  /** By name, in the settings' list of people. */
  isNamed: boolean;
  mayManage: boolean;
  action: LeaveOutAction;
};

/** Whether counts include the person, and the switch for it. Renders nothing where there is nothing to say or do. */
export function Counted({ person, projectId, isNamed, mayManage, action }: CountedProps) {
  const isOut = isNamed || person.facts?.isInternal === true;
  if (!isOut && !(mayManage && person.identified)) return null;
  return (
    <section aria-labelledby="counted" className="grid gap-3 border-t pt-6">
      <h2 id="counted" className="font-medium text-sm">
        Counts
      </h2>
      <div className="grid gap-2 text-sm">
        <p className="text-pretty text-muted-foreground">
          {isOut ? "Own team or test: left out of every count and list." : "Included in every count."}
          {isOut && !isNamed && (
            <>
              {" "}
              A domain, property or segment in{" "}
              <Link href={`/${projectId}/settings`} className="text-primary underline underline-offset-4">
                Settings
              </Link>{" "}
              says so.
            </>
          )}
        </p>
        {mayManage && person.identified && (isNamed || !isOut) && (
          <LeaveOut projectId={projectId} of={person.ref} isOut={isNamed} action={action} />
        )}
      </div>
    </section>
  );
}
