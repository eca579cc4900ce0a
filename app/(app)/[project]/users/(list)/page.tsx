import type { Metadata } from "next";
import { PageHeader } from "@/components/app/page-header";
import { MergeSelection } from "@/components/identity/selection";
import { Pager } from "@/components/ui/pager";
import { ListToolbar } from "@/components/users/list-toolbar";
import { NoUsers } from "@/components/users/no-users";
import { loadUserListParams, userListQuery } from "@/components/users/params";
import { toUserRow } from "@/components/users/row";
import { UsersTable } from "@/components/users/users-table";
import { requireMember } from "@/lib/auth/guard";
import { orFirstPage } from "@/lib/http/cursor";
import { readerZone } from "@/lib/http/zone";
import { countProfiles, listProfiles } from "@/lib/profiles/queries";
import { makeCorrection, previewCorrection } from "../corrections";

export const metadata: Metadata = { title: "Users" };

const PAGE_ROWS = 50;
const IDENTIFIED = { everyone: undefined, identified: true, anonymous: false };

type Props = {
  params: Promise<{ project: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export default async function UsersPage({ params, searchParams }: Props) {
  const { scope, project } = await requireMember((await params).project);
  const { show, q, cursor } = await loadUserListParams(searchParams);
  const search = q === "" ? undefined : q;
  const counts = countProfiles(scope, { search });
  counts.catch(() => {}); // shown where it is awaited; here it must not end the process if the list fails first
  const at = (position: string | null) => `/${project.id}/users${userListQuery({ show, q, cursor: position })}`;
  const page = listProfiles(scope, {
    search,
    identified: IDENTIFIED[show],
    limit: PAGE_ROWS,
    cursor: cursor ?? undefined,
  });
  const list = await orFirstPage(page, at(null));
  const clock = { now: Date.now(), zone: await readerZone() };
  return (
    <>
      <PageHeader title="Users" />
      <ListToolbar projectId={project.id} show={show} q={q} counts={counts} />
      {list.rows.length === 0 ? (
        <NoUsers projectId={project.id} show={show} q={q} />
      ) : (
        <MergeSelection actions={{ projectId: project.id, preview: previewCorrection, make: makeCorrection }}>
          <UsersTable rows={list.rows.map((person) => toUserRow(person, project.id, clock))} />
        </MergeSelection>
      )}
      <Pager first={cursor === null ? null : at(null)} next={list.next === null ? null : at(list.next)} />
    </>
  );
}
