import "server-only";
import { one, type SearchParams } from "@/components/page-params";
import { AppError } from "@/lib/errors";
import type { Members } from "@/lib/identity/members.queries";
import type { Scope } from "@/lib/scope";
import { peopleOf } from "@/lib/segments/segments.queries";
import { type FilterShown, readFilter } from "./users/people";

/** Whose visits or events a list shows: `?filter=`, the same rule as the users list's. `people`: absent for everybody's. */
export async function readPeopleFilter(
  scope: Scope,
  search: SearchParams,
): Promise<{ shown: FilterShown; people: Members | undefined }> {
  const shown = await readFilter(scope, one(search, "filter") ?? "");
  return { shown, people: shown.compiled && peopleOf(scope, shown.compiled, Date.now()) };
}

/** As readPeopleFilter, for files and streams: a filter that cannot be used is an error, never everybody. */
export async function requirePeopleFilter(scope: Scope, search: SearchParams): Promise<Members | undefined> {
  const { shown, people } = await readPeopleFilter(scope, search);
  if (shown.problem !== null) throw new AppError("bad_request", "This filter cannot be used.", { field: "filter" });
  return people;
}
