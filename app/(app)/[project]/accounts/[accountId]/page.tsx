import { Blocks } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { UsesTable, type UsesUser } from "@/components/accounts/uses";
import { accountHref } from "@/components/people/account";
import { nameOf } from "@/components/people/name-of";
import { userHref } from "@/components/people/row";
import { Empty } from "@/components/ui/empty";
import { MAX_USERS, usesOf } from "@/lib/accounts/page/uses.queries";
import { type AccountParams, requireAccountPage } from "@/lib/auth/account-page";
import { humanName } from "@/lib/format/human-name";
import { readerZone } from "@/lib/http/zone";

type Props = { params: Promise<AccountParams> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, accountId } = await params;
  const { account } = await requireAccountPage(project, accountId);
  return { title: account.name ?? account.id };
}

export default async function AccountPage({ params }: Props) {
  const { project: projectId, accountId } = await params;
  const { scope, project, account } = await requireAccountPage(projectId, accountId);
  const [{ people, uses, cells, isNamed }, zone] = await Promise.all([usesOf(scope, account.id), readerZone()]);
  if (people.length === 0 || uses.length === 0) {
    return (
      <Empty icon={Blocks} title="Nobody has used a feature yet">
        <p>Every event of this account's people, except page views, appears here with who did it and how often.</p>
      </Empty>
    );
  }
  const placeOf = new Map(uses.map(({ name }, index) => [name, index]));
  const cellsOf = new Map(people.map(({ person }) => [person, uses.map((): UsesUser["cells"][number] => null)]));
  for (const { person, name, events, lastAt } of cells) {
    const [row, place] = [cellsOf.get(person), placeOf.get(name)];
    if (row && place !== undefined) row[place] = [events, lastAt];
  }
  return (
    <>
      <UsesTable
        clock={{ now: Date.now(), zone }}
        users={people.map((user) => ({
          key: user.ref,
          name: nameOf(user),
          href: userHref(project.id, user.ref),
          events: user.events,
          lastAt: user.lastAt,
          left: user.left,
          cells: cellsOf.get(user.person) ?? [],
        }))}
        events={uses.map(({ name, label, of, people: by, events }) => ({
          name,
          label: label ?? humanName(name),
          people: by,
          events,
          query: String(new URLSearchParams({ names: of.map((event) => event.replaceAll(",", "%2C")).join() })),
        }))}
      />
      {!isNamed && (
        <p className="px-4 pt-3 text-muted-foreground text-sm sm:px-6">
          These are events.{" "}
          <Link href={`/${project.id}/settings/features`} className="text-primary underline underline-offset-4">
            Name the features
          </Link>{" "}
          that they make up to see which ones were not tried.
        </p>
      )}
      {people.length === MAX_USERS && (
        <p className="px-4 py-3 text-muted-foreground text-sm sm:px-6">
          The {MAX_USERS} most active people.{" "}
          <Link
            href={`${accountHref(project.id, account.id)}/people`}
            className="text-primary underline underline-offset-4"
          >
            See everybody
          </Link>
        </p>
      )}
    </>
  );
}
