import { CountsSwitch } from "@/components/people/counts-switch";
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
export const PersonCountsSwitch = ({ person, projectId, isNamed, mayManage, action }: CountedPersonProps) => (
  <CountsSwitch
    projectId={projectId}
    of={person.ref}
    isOut={person.facts?.isInternal === true}
    isNamed={isNamed}
    otherwise="Their domain, property, segment or account is listed in"
    mayChange={mayManage && person.identified}
    action={action}
  />
);
