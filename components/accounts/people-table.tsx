import { LeaveAccount } from "@/components/accounts/manage";
import { personName } from "@/components/people/person-name";
import { userHref } from "@/components/people/row";
import { Ago, type Clock } from "@/components/time";
import { Avatar } from "@/components/ui/avatar";
import { Badge } from "@/components/ui/badge";
import { Link } from "@/components/ui/link";
import { ACTS_FOR_MANY_FROM } from "@/lib/accounts/memberships";
import type { AccountPerson } from "@/lib/accounts/page/people.queries";
import { formatCount } from "@/lib/format/number";
import { formatDate } from "@/lib/format/time";
import { isAnonymousRef } from "@/lib/identity/person-ref";
import { STATE_LABELS } from "@/lib/lifecycle/state-sentence";
import type { State } from "@/lib/lifecycle/states";

/** Why somebody belongs to an account. */
const REASONS: { [reason: string]: string } = {
  event: "acted for it",
  property: "by a property",
  domain: "by e-mail domain",
};

/** `state`: their own lifecycle state today; null before it is known. */
type AccountPeopleProps = {
  people: (Omit<AccountPerson, "state"> & { state: State | null })[];
  projectId: string;
  clock: Clock;
  /** Removes somebody from the account, or puts them back; resolves to an error, or null. */
  leave: (ref: string, leaves: boolean) => Promise<string | null>;
};

/** An account's people: last active, their activity for it, and why and since when they belong to it. */
export const AccountPeople = ({ people, projectId, clock, leave }: AccountPeopleProps) => (
  <div className="relative overflow-x-auto">
    <table className="w-full text-[13px]">
      <caption className="sr-only">People of this account, most recently active first</caption>
      <thead>
        <tr className="border-b text-left text-muted-foreground text-xs [&>th]:h-9 [&>th]:whitespace-nowrap [&>th]:px-3 [&>th]:font-medium">
          <th scope="col" className="!pl-4 sm:!pl-6">
            Person
          </th>
          <th scope="col">Last active</th>
          <th scope="col" className="max-sm:hidden">
            State
          </th>
          <th scope="col" className="text-right">
            Events
          </th>
          <th scope="col" className="max-sm:hidden">
            Belongs to it
          </th>
          <th scope="col" className="max-sm:hidden">
            Because
          </th>
          <th scope="col" className="max-sm:hidden">
            <span className="sr-only">Membership</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <tr key={person.ref} className="border-b [&>td]:px-3 [&>td]:py-2">
            <td className="!pl-4 sm:!pl-6">
              <span className="flex min-w-40 items-center gap-2.5">
                <Avatar name={personName(person)} anonymous={isAnonymousRef(person.ref)} />
                <span className="grid min-w-0">
                  <span className="flex flex-wrap items-center gap-x-2">
                    <Link
                      href={userHref(projectId, person.ref)}
                      prefetch={false}
                      className="truncate rounded-sm font-medium hover:text-primary"
                    >
                      {personName(person)}
                    </Link>
                    {person.until !== null && <Badge variant="outline">Left</Badge>}
                    {person.isInternal && <Badge variant="outline">Own team</Badge>}
                  </span>
                  {person.accounts >= ACTS_FOR_MANY_FROM && (
                    <span className="text-muted-foreground text-xs">
                      acts for {formatCount(person.accounts)} accounts
                    </span>
                  )}
                </span>
              </span>
            </td>
            <td className="whitespace-nowrap">
              <Ago ts={person.lastAt} clock={clock} />
            </td>
            <td className="max-sm:hidden">
              {person.state === null ? <span className="text-muted-foreground">—</span> : STATE_LABELS[person.state]}
            </td>
            <td className="text-right tabular-nums">
              <Link
                href={`${userHref(projectId, person.ref)}#timeline`}
                prefetch={false}
                className="hover:text-primary"
              >
                {formatCount(person.events)}
              </Link>
            </td>
            <td className="whitespace-nowrap max-sm:hidden">
              {person.until === null
                ? `since ${formatDate(person.since, clock.zone)}`
                : `${formatDate(person.since, clock.zone)} to ${formatDate(person.until, clock.zone)}`}
            </td>
            <td className="text-muted-foreground max-sm:hidden">
              {person.reasons.map((reason) => REASONS[reason] ?? reason).join(", ")}
            </td>
            <td className="!py-1 text-right max-sm:hidden">
              <LeaveAccount
                person={personName(person)}
                left={person.until !== null}
                leave={leave.bind(null, person.ref)}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
