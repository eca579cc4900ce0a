import { personName } from "@/components/people/person-name";
import { userHref } from "@/components/people/row";
import { Avatar } from "@/components/ui/avatar";
import { Link } from "@/components/ui/link";
import { isAnonymousRef } from "@/lib/identity/person-ref";
import type { RecentPerson } from "@/lib/identity/person-ref.queries";

/** The visitor's link, above the row's own: the name opens the person, the rest of the row the visit. */
export function VisitorLink({ person, projectId }: { person: RecentPerson; projectId: string }) {
  const name = personName(person);
  const anonymous = isAnonymousRef(person.ref);
  return (
    <span className="inline-flex max-w-full items-center gap-2.5 align-middle">
      <Avatar name={name} anonymous={anonymous} className="size-6 text-[10px] max-sm:hidden" />
      <Link
        href={userHref(projectId, person.ref)}
        prefetch={false}
        className={`relative z-10 truncate rounded-sm hover:text-primary hover:underline ${anonymous ? "font-normal text-muted-foreground" : ""}`}
      >
        {name}
      </Link>
    </span>
  );
}
