import type { Metadata } from "next";
import Link from "next/link";
import { EraseMany } from "@/components/identity/erase-many";
import { displayName, userHref } from "@/components/people/row";
import { Alert } from "@/components/ui/alert";
import { PageHeader } from "@/components/ui/page-header";
import { requirePage } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { counted } from "@/lib/format/number";
import { isStorable } from "@/lib/format/storable";
import { type People, previewBulk } from "@/lib/privacy/bulk";
import { peopleOfQuery, phraseFor } from "@/lib/privacy/bulk-choice";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import { getProfile } from "@/lib/profiles/person/person.queries";
import type { Scope } from "@/lib/scope";
import { startErasing } from "../actions";

export const metadata: Metadata = { title: "Erase users" };

/** As many of them are named. */
const NAMED = 10;

type Props = {
  params: Promise<{ project: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export default async function EraseUsersPage({ params, searchParams }: Props) {
  const { scope, project } = await requirePage((await params).project, "erase");
  const query = queryOf(await searchParams);
  const shown = await previewOf(scope, query);
  return (
    <>
      <PageHeader title="Erase users" />
      <div className="grid max-w-2xl gap-5 px-4 py-5 sm:px-6">
        {typeof shown === "string" ? (
          <Alert>{shown}</Alert>
        ) : shown.people === 0 ? (
          <p className="text-sm">Nobody is on this list.</p>
        ) : (
          <>
            <p className="text-pretty text-sm">
              <strong className="font-medium">{counted(shown.people, "user")}</strong> will be erased one after the
              other, each like under Privacy on their page: events, sessions, properties, notes, ids, devices and list
              memberships. Each gets a receipt. This cannot be undone.
            </p>
            <ul className="divide-y rounded-lg border text-sm">
              {shown.named.map((person) => (
                <li key={person.ref} className="px-4 py-2">
                  <Link
                    href={userHref(project.id, person.ref)}
                    prefetch={false}
                    className="break-words underline-offset-4 hover:underline"
                  >
                    {displayName(person)}
                  </Link>
                </li>
              ))}
              {shown.people > shown.named.length && (
                <li className="px-4 py-2 text-muted-foreground">
                  and {counted(shown.people - shown.named.length, "other")}
                </li>
              )}
            </ul>
            <EraseMany
              projectId={project.id}
              query={query.toString()}
              people={shown.people}
              phrase={phraseFor(shown.people)}
              erase={startErasing}
            />
          </>
        )}
        <Link
          href={`/${project.id}/users`}
          prefetch={false}
          className="justify-self-start text-primary text-sm underline-offset-4 hover:underline"
        >
          Back to the users
        </Link>
      </div>
    </>
  );
}

function queryOf(given: Record<string, string | string[] | undefined>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given))
    for (const one of [value].flat()) if (one !== undefined && isStorable(one)) query.append(name, one);
  return query;
}

/** Whom it would erase; a sentence for a list that cannot be used. */
async function previewOf(scope: Scope<"erase">, query: URLSearchParams) {
  try {
    const choice = await peopleOfQuery(scope, query);
    const { people } = await previewBulk(scope, choice);
    return { people, named: await someOf(scope, choice) };
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

async function someOf(scope: Scope<"erase">, choice: People) {
  if ("list" in choice) return (await listProfiles(scope, { ...choice.list, limit: NAMED })).rows;
  const found = await Promise.all(choice.refs.slice(0, NAMED).map((ref) => getProfile(scope, ref)));
  return found.filter((person) => person !== null);
}
