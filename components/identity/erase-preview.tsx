import { EraseMany } from "@/components/identity/erase-many";
import { displayName, userHref } from "@/components/people/row";
import { Link } from "@/components/ui/link";
import { pluralCount } from "@/lib/format/number";
import type { ActionState } from "@/lib/http/form";
import { confirmationPhrase } from "@/lib/privacy/bulk-choice";
import type { ProfileSummary } from "@/lib/profiles/types";

type ErasePreviewProps = {
  projectId: string;
  /** The people to erase: the list's parameters, or refs. */
  query: string;
  people: number;
  /** Some of them. */
  named: readonly ProfileSummary[];
  erase: (previous: ActionState<null>, form: FormData) => Promise<ActionState<null>>;
};

/** The number of people to erase, some of their names, and the confirmation. */
export function ErasePreview({ projectId, query, people, named, erase }: ErasePreviewProps) {
  if (people === 0) return <p className="text-sm">Nobody is on this list.</p>;
  return (
    <>
      <p className="text-pretty text-sm">
        <strong className="font-medium">{pluralCount(people, "user")}</strong> will be erased one by one, with their
        events, sessions, properties, notes, ids, devices and list memberships, just as under Privacy on their page.
        Each erasure has a receipt. This cannot be undone.
      </p>
      <ul className="divide-y rounded-lg border text-sm">
        {named.map((person) => (
          <li key={person.ref} className="px-4 py-2">
            <Link
              href={userHref(projectId, person.ref)}
              prefetch={false}
              className="break-words underline-offset-4 hover:underline"
            >
              {displayName(person)}
            </Link>
          </li>
        ))}
        {people > named.length && (
          <li className="px-4 py-2 text-muted-foreground">and {pluralCount(people - named.length, "other")}</li>
        )}
      </ul>
      <EraseMany
        projectId={projectId}
        query={query}
        people={people}
        phrase={confirmationPhrase(people)}
        erase={erase}
      />
    </>
  );
}
