import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AccessedBy } from "@/components/accessed-by";
import { EraseSection } from "@/components/identity/erase-section";
import { displayName, userHref } from "@/components/people/row";
import { Consents } from "@/components/person/consents";
import { PersonCountsSwitch } from "@/components/person/counts-switch";
import { StoredData } from "@/components/person/stored";
import { queryString } from "@/components/search-params";
import { Link } from "@/components/ui/link";
import { accessesOf } from "@/lib/access-log/access-log.queries";
import { accountNamesByAnyId } from "@/lib/accounts/list/search.queries";
import { actorNames } from "@/lib/auth/actor-names";
import { requestedRef, requireMembersPersonPage } from "@/lib/auth/person-page";
import { readerZone } from "@/lib/http/zone";
import { countNotes } from "@/lib/notes/notes.queries";
import { namedPerson } from "@/lib/projects/erase.store";
import { isNamedIn } from "@/lib/projects/own-team.store";
import { ownTeamOf } from "@/lib/projects/projects.queries";
import { consentsOf } from "@/lib/timeline/consents.queries";
import { excludePerson } from "../../../own-team-actions";
import { eraseUserAction, previewErasure } from "./actions";

type Props = { params: Promise<{ project: string; userId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, userId } = await params;
  return { title: `Privacy of ${displayName((await requireMembersPersonPage(project, userId)).person)}` };
}

export default async function PersonPrivacyPage({ params }: Props) {
  const { project: projectId, userId } = await params;
  const { scope, project, person, may } = await requireMembersPersonPage(projectId, userId);
  const href = userHref(project.id, person.ref);
  if ((await requestedRef(userId)) !== person.ref) redirect(`${href}/privacy`);
  const [notes, zone, ownTeam, accesses, consents, accountNames] = await Promise.all([
    countNotes(scope, person.ref),
    readerZone(),
    ownTeamOf(scope),
    accessesOf(scope, { person: person.ref }),
    consentsOf(scope, person.ref),
    accountNamesByAnyId(scope, person.facts?.accounts ?? []),
  ]);
  const nameOf = await actorNames(
    scope,
    accesses.map(({ actor }) => actor),
  );
  return (
    <div className="grid max-w-2xl gap-6 px-4 py-6 sm:px-6">
      <StoredData person={person} accountNames={accountNames} notes={notes} zone={zone} href={href} />
      <Consents notes={consents} zone={zone} href={href} />
      <PersonCountsSwitch
        person={person}
        projectId={project.id}
        isNamed={isNamedIn(ownTeam.people, namedPerson(person.userIds, [person.email]))}
        mayManage={may.manage}
        action={excludePerson}
      />
      <AccessedBy
        accesses={accesses}
        nameOf={nameOf}
        clock={{ now: Date.now(), zone }}
        href={may.manage ? `/${project.id}/settings/access-log${queryString({ person: person.ref, days: 365 })}` : null}
      />
      <EraseSection
        person={person}
        projectId={project.id}
        mayErase={may.erase}
        preview={previewErasure}
        erase={eraseUserAction}
      />
      <p className="border-t pt-4 text-muted-foreground text-sm">
        <Link href={`/${project.id}/erasures`} className="font-medium text-primary underline-offset-4 hover:underline">
          Past erasures
        </Link>{" "}
        and their receipts are kept with the project.
      </p>
    </div>
  );
}
