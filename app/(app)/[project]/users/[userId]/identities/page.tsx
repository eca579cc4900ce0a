import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { IdentitiesView } from "@/components/identity/identities";
import { MergeWith } from "@/components/identity/merge-with";
import { displayName, userHref } from "@/components/people/row";
import { actorNames } from "@/lib/auth/actor-names";
import { requestedRef, requirePersonPage } from "@/lib/auth/person-page";
import { readerZone } from "@/lib/http/zone";
import { identityRows } from "@/lib/identity/identities.queries";
import { requirePerson } from "@/lib/identity/person.queries";
import { buildIdentities } from "@/lib/identity/person-identities";
import { findPeople, makeCorrectionAction, previewCorrectionAction } from "../../../correction-actions";

type Props = { params: Promise<{ project: string; userId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, userId } = await params;
  return { title: `Identities of ${displayName((await requirePersonPage(project, userId)).person)}` };
}

export default async function IdentitiesPage({ params }: Props) {
  const { project: projectId, userId } = await params;
  const { scope, project, person } = await requirePersonPage(projectId, userId);
  if ((await requestedRef(userId)) !== person.ref) redirect(`${userHref(project.id, person.ref)}/identities`);
  const identities = buildIdentities(await identityRows(scope, await requirePerson(scope, person.ref)));
  const nameOfActor = await actorNames(scope, [
    ...identities.links.map(({ by }) => by),
    ...identities.ids.flatMap(({ reasons }) => reasons.flatMap((reason) => ("by" in reason ? [reason.by] : []))),
  ]);
  const actions = { projectId: project.id, preview: previewCorrectionAction, make: makeCorrectionAction };
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-b px-4 py-3 sm:px-6">
        <p className="max-w-prose flex-1 basis-72 text-pretty text-muted-foreground text-sm">
          {person.identified
            ? "Every id of this user, when it was theirs, and why. No change here rewrites an event, so you can undo any of them."
            : "This visitor's device. It joins a user when someone logs in on it."}
        </p>
        {person.identified && (
          <MergeWith
            actions={actions}
            find={findPeople}
            person={{ name: displayName(person), userIds: person.userIds }}
          />
        )}
      </div>
      <IdentitiesView
        identities={identities}
        actions={actions}
        clock={{ now: Date.now(), zone: await readerZone() }}
        who={nameOfActor}
        hrefOf={(ref) => userHref(project.id, ref)}
      />
    </>
  );
}
