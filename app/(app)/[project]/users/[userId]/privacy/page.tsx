import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { EraseUser } from "@/components/identity/erase-user";
import { LookedAtBy } from "@/components/looked-at-by";
import { displayName, userHref } from "@/components/people/row";
import { CountedPerson } from "@/components/person/counted";
import { Stored } from "@/components/person/stored";
import { query } from "@/components/search-params";
import { onlookersOf } from "@/lib/access-log/access-log.queries";
import { whoNames } from "@/lib/auth/actor-names";
import { askedRef, requireMembersPersonPage } from "@/lib/auth/person-page";
import { readerZone } from "@/lib/http/zone";
import { countNotes } from "@/lib/notes/notes.queries";
import { isNamedIn, namedPerson } from "@/lib/projects/own-team";
import { ownTeamOf } from "@/lib/projects/projects.queries";
import { leavePerson } from "../../../own-team-actions";
import { eraseUser, previewErasure } from "./actions";

type Props = { params: Promise<{ project: string; userId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, userId } = await params;
  return { title: `Privacy of ${displayName((await requireMembersPersonPage(project, userId)).person)}` };
}

export default async function PrivacyPage({ params }: Props) {
  const { project: projectId, userId } = await params;
  const { scope, project, person, may } = await requireMembersPersonPage(projectId, userId);
  const href = userHref(project.id, person.ref);
  if ((await askedRef(userId)) !== person.ref) redirect(`${href}/privacy`);
  const [notes, zone, ownTeam, onlookers] = await Promise.all([
    countNotes(scope, person.ref),
    readerZone(),
    ownTeamOf(scope),
    onlookersOf(scope, { person: person.ref }),
  ]);
  const nameOf = await whoNames(
    scope,
    onlookers.map(({ actor }) => actor),
  );
  return (
    <div className="grid max-w-2xl gap-6 px-4 py-6 sm:px-6">
      <Stored person={person} notes={notes} zone={zone} href={href} />
      <CountedPerson
        person={person}
        projectId={project.id}
        isNamed={isNamedIn(ownTeam.people, namedPerson(person.userIds, [person.email]))}
        mayManage={may.manage}
        action={leavePerson}
      />
      <LookedAtBy
        onlookers={onlookers}
        nameOf={nameOf}
        clock={{ now: Date.now(), zone }}
        href={may.manage ? `/${project.id}/settings/access-log${query({ person: person.ref, days: 365 })}` : null}
      />
      <section aria-labelledby="erase" className="grid gap-3 border-t pt-6">
        <h2 id="erase" className="font-medium text-sm">
          Erase this user
        </h2>
        <div className="grid gap-2 text-pretty text-muted-foreground text-sm">
          <p>
            Everything stored of {displayName(person)} is deleted: events, sessions, properties, notes, user ids,
            devices and list memberships. It is hidden at once, and anything sent earlier that arrives later is dropped.
            On a shared device, other users' data stays.
          </p>
          <p>Only a one-way hash of each id and a signed receipt remain. This cannot be undone.</p>
        </div>
        {may.erase ? (
          <EraseUser
            projectId={project.id}
            person={{ ref: person.ref, name: displayName(person) }}
            preview={previewErasure}
            erase={eraseUser}
          />
        ) : (
          <p className="text-sm">Only owners and admins can erase users. Ask one of them.</p>
        )}
      </section>
      <p className="border-t pt-4 text-muted-foreground text-sm">
        <Link href={`/${project.id}/erasures`} className="font-medium text-primary underline-offset-4 hover:underline">
          Past erasures
        </Link>{" "}
        and their receipts are kept with the project.
      </p>
    </div>
  );
}
