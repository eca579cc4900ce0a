import { Counted } from "@/components/people/counted";
import type { LeaveOutAction } from "@/components/people/leave-out";
import type { ProfileDetail } from "@/lib/profiles/types";

type CountedPersonProps = {
  person: ProfileDetail;
  projectId: string;
  /** Whether the settings' list of people names them. */
  isNamed: boolean;
  mayManage: boolean;
  action: LeaveOutAction;
};

/** Whether counts include the person, and the switch for it: visitors have no id that settings could name. */
export const CountedPerson = ({ person, projectId, isNamed, mayManage, action }: CountedPersonProps) => (
  <Counted
    projectId={projectId}
    of={person.ref}
    isOut={person.facts?.isInternal === true}
    isNamed={isNamed}
    otherwise="Their domain, property, segment or account is listed in"
    mayChange={mayManage && person.identified}
    action={action}
  />
);
