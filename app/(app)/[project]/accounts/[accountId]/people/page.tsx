import { Users } from "lucide-react";
import type { Metadata } from "next";
import { AccountPeople } from "@/components/accounts/people-table";
import { orFirstPage } from "@/components/columns/list-url";
import { accountHref } from "@/components/people/account";
import { Empty } from "@/components/ui/empty";
import { Pager } from "@/components/ui/pager";
import { accountPeople } from "@/lib/accounts/page/people.queries";
import { type AccountParams, requireAccountPage } from "@/lib/auth/account-page";
import { readerZone } from "@/lib/http/zone";
import { stateOf } from "@/lib/lifecycle/states";
import { leaveAccountAction } from "../manage/actions";

const PAGE_PEOPLE = 100;

type Props = {
  params: Promise<AccountParams>;
  searchParams: Promise<{ cursor?: string | string[] }>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, accountId } = await params;
  const { account } = await requireAccountPage(project, accountId);
  return { title: `People of ${account.name ?? account.id}` };
}

export default async function AccountPeoplePage({ params, searchParams }: Props) {
  const { project: projectId, accountId } = await params;
  const { scope, project, account } = await requireAccountPage(projectId, accountId);
  const given = (await searchParams).cursor;
  const cursor = typeof given === "string" ? given : undefined;
  const path = `${accountHref(project.id, account.id)}/people`;
  const [{ rows, next }, zone] = await Promise.all([
    orFirstPage(accountPeople(scope, account.id, { limit: PAGE_PEOPLE, cursor }), path),
    readerZone(),
  ]);
  if (rows.length === 0) {
    return (
      <Empty icon={Users} title="Nobody belongs to this account yet">
        <p>
          People join it when they act for it, or through the property or e-mail domain chosen in the project’s
          settings.
        </p>
      </Empty>
    );
  }
  return (
    <>
      <AccountPeople
        people={rows.map((person) => ({ ...person, state: person.state === null ? null : stateOf(person.state) }))}
        projectId={project.id}
        clock={{ now: Date.now(), zone }}
        leave={leaveAccountAction.bind(null, project.id, account.id)}
      />
      <Pager
        first={cursor === undefined ? null : path}
        next={next === null ? null : `${path}?${new URLSearchParams({ cursor: next })}`}
      />
    </>
  );
}
