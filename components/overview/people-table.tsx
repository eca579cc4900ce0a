import { personName } from "@/components/people/person-name";
import { userHref } from "@/components/people/row";
import { Ago, type Clock } from "@/components/time";
import { Avatar } from "@/components/ui/avatar";
import { Link } from "@/components/ui/link";
import { formatCount } from "@/lib/format/number";
import { isAnonymousRef } from "@/lib/identity/person-ref";
import type { ActivePerson } from "@/lib/overview/types";

type PeopleTableProps = { people: ActivePerson[]; clock: Clock; projectId: string };

/** People active in a range, last active first. */
export function PeopleTable({ people, clock, projectId }: PeopleTableProps) {
  return (
    <table className="w-full text-[13px]">
      <caption className="sr-only">Active people, last active first</caption>
      <thead>
        <tr className="border-b text-left text-muted-foreground text-xs [&>th]:h-9 [&>th]:px-3 [&>th]:font-medium">
          <th scope="col" className="!pl-4 sm:!pl-6 w-full">
            Person
          </th>
          <th scope="col" className="whitespace-nowrap">
            Last active
          </th>
          <th scope="col" className="whitespace-nowrap max-sm:hidden">
            First seen
          </th>
          <th scope="col" className="!pr-4 sm:!pr-6 text-right">
            Events
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map(({ person, lastAt, firstSeen, events }) => {
          const anonymous = isAnonymousRef(person.ref);
          return (
            <tr
              key={person.ref}
              className="relative border-b transition-colors hover:bg-muted/60 [&>td]:h-11 [&>td]:px-3"
            >
              <td className="!pl-4 sm:!pl-6 max-w-0">
                <span className="flex min-w-0 items-center gap-2.5">
                  <Avatar name={personName(person)} anonymous={anonymous} />
                  <Link
                    href={userHref(projectId, person.ref)}
                    prefetch={false}
                    className={`truncate after:absolute after:inset-0 ${anonymous ? "text-muted-foreground" : "font-medium"}`}
                  >
                    {personName(person)}
                  </Link>
                </span>
              </td>
              <td className="whitespace-nowrap">
                <Ago ts={lastAt} clock={clock} />
              </td>
              <td className="whitespace-nowrap max-sm:hidden">
                <Ago ts={firstSeen} clock={clock} />
              </td>
              <td className="!pr-4 sm:!pr-6 text-right">{formatCount(events)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
