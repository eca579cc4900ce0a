import type { Metadata } from "next";
import { AccessedBy } from "@/components/accessed-by";
import { EraseAccount, MergeAccount, MergedAccounts } from "@/components/accounts/manage";
import { CountsSwitch } from "@/components/people/counts-switch";
import { accessesOf } from "@/lib/access-log/access-log.queries";
import { mergesOf } from "@/lib/accounts/page/merged-accounts";
import { type AccountParams, requireAccountToEdit } from "@/lib/auth/account-page";
import { actorNames } from "@/lib/auth/actor-names";
import { formatDate } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import { ownTeamOf } from "@/lib/projects/projects.queries";
import { excludeAccount } from "../../../own-team-actions";
import { eraseAccountAction, mergeAccountAction, separateAction } from "./actions";

type Props = { params: Promise<AccountParams> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, accountId } = await params;
  const { account } = await requireAccountToEdit(project, accountId);
  return { title: `Manage ${account.name ?? account.id}` };
}

export default async function ManageAccountPage({ params }: Props) {
  const { project: projectId, accountId } = await params;
  const { scope, project, account, may } = await requireAccountToEdit(projectId, accountId);
  const name = account.name ?? account.id;
  const [{ ids, pairs }, ownTeam, zone, accesses] = await Promise.all([
    mergesOf(scope, account.id),
    ownTeamOf(scope),
    readerZone(),
    accessesOf(scope, { account: account.id }),
  ]);
  const nameOf = await actorNames(
    scope,
    accesses.map(({ actor }) => actor),
  );
  return (
    <div className="grid max-w-2xl gap-6 px-4 py-6 sm:px-6">
      <section aria-labelledby="merge" className="grid gap-3">
        <h2 id="merge" className="font-medium text-sm">
          Merge with another account
        </h2>
        <p className="text-pretty text-muted-foreground text-sm">
          Combines one company that has two ids: its people, history and numbers are shown together. No event is
          rewritten, so you can undo this at any time.
        </p>
        <MergeAccount name={name} merge={mergeAccountAction.bind(null, project.id, account.id)} />
        {pairs.length > 0 && (
          <MergedAccounts
            pairs={pairs.map(({ a, b, ts }) => ({ a, b, when: formatDate(ts, zone) }))}
            separate={separateAction.bind(null, project.id)}
          />
        )}
      </section>
      <CountsSwitch
        projectId={project.id}
        of={account.id}
        isOut={account.isInternal}
        isNamed={ownTeam.accounts.some((id) => ids.includes(id))}
        effect="Everybody who belongs to it now is left out, too."
        otherwise="Everybody who is in it is named in"
        mayChange={may.manage}
        action={excludeAccount}
      />
      <AccessedBy accesses={accesses} nameOf={nameOf} clock={{ now: Date.now(), zone }} href={null} />
      <section aria-labelledby="erase" className="grid gap-3 border-t pt-6">
        <h2 id="erase" className="font-medium text-sm">
          Erase this account
        </h2>
        <p className="text-pretty text-muted-foreground text-sm">
          Its name, properties and memberships are deleted, and data about it from before now is dropped if it arrives
          late. Its people stay; erase them on their own pages. This cannot be undone.
        </p>
        {may.erase ? (
          <EraseAccount name={name} erase={eraseAccountAction.bind(null, project.id, account.id)} />
        ) : (
          <p className="text-sm">Only owners and admins can erase accounts. Ask one of them.</p>
        )}
      </section>
    </div>
  );
}
