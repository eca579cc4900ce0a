import type { Metadata } from "next";
import { ErasePreview } from "@/components/identity/erase-preview";
import type { SearchParams } from "@/components/search-params";
import { ErrorMessage } from "@/components/ui/error-message";
import { Link } from "@/components/ui/link";
import { PageHeader } from "@/components/ui/page-header";
import { requirePage } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { isStorable } from "@/lib/format/storable";
import { previewBulk } from "@/lib/privacy/bulk";
import { firstPeopleOf, peopleOfQuery } from "@/lib/privacy/bulk-choice";
import type { Scope } from "@/lib/scope";
import { startErasing } from "../actions";

export const metadata: Metadata = { title: "Erase users" };

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

export default async function EraseUsersPage({ params, searchParams }: Props) {
  const { scope, project } = await requirePage((await params).project, "erase");
  const query = queryOf(await searchParams);
  const shown = await previewOf(scope, query);
  return (
    <>
      <PageHeader title="Erase users" />
      <div className="grid max-w-2xl gap-5 px-4 py-5 sm:px-6">
        {typeof shown === "string" ? (
          <ErrorMessage>{shown}</ErrorMessage>
        ) : (
          <ErasePreview projectId={project.id} query={query.toString()} {...shown} erase={startErasing} />
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

function queryOf(given: SearchParams): URLSearchParams {
  const all = Object.entries(given).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one]));
  return new URLSearchParams(all.filter(([, value = ""]) => isStorable(value)));
}

/** The people to erase; a message if the list cannot be used. */
async function previewOf(scope: Scope<"erase">, query: URLSearchParams) {
  try {
    const choice = await peopleOfQuery(scope, query);
    return { people: (await previewBulk(scope, choice)).people, named: await firstPeopleOf(scope, choice) };
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}
