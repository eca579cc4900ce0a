import type { SearchResults } from "@/components/palette/search-results";
import { accountHref } from "@/components/people/account";
import { toPersonRow } from "@/components/people/row";
import { searchAccounts } from "@/lib/accounts/list/search.queries";
import { requireMemberOrGuestApi } from "@/lib/auth/guard";
import { pluralCount } from "@/lib/format/number";
import { handle } from "@/lib/http/handle";
import { searchPeople } from "@/lib/profiles/search/search.queries";
import { allSegments } from "@/lib/segments/segments.queries";

const MAX_PEOPLE = 8;
const MAX_ACCOUNTS = 5;
const MAX_SEGMENTS = 5;

type Context = { params: Promise<{ project: string }> };

/** GET ?q=: people, accounts and segments that match, best first. Used by the palette (Ctrl/⌘ K). */
export const GET = handle(async (request: Request, context: Context) => {
  const { scope } = await requireMemberOrGuestApi((await context.params).project);
  const query = (new URL(request.url).searchParams.get("q") ?? "").trim();
  const [people, accounts, segments] = await Promise.all([
    searchPeople(scope, query, MAX_PEOPLE),
    searchAccounts(scope, query, MAX_ACCOUNTS),
    allSegments(scope),
  ]);
  const found: SearchResults = {
    people: people.map((person) => toPersonRow(person, scope.projectId, Date.now())),
    accounts: accounts.map(({ id, name, domain, people: members }) => ({
      id,
      name: name ?? id,
      detail: [domain, pluralCount(members, "user")].filter(Boolean).join(" · "),
      href: accountHref(scope.projectId, id),
    })),
    segments: segments
      .filter(({ name }) => name.toLowerCase().includes(query.toLowerCase()))
      .slice(0, MAX_SEGMENTS)
      .map(({ id, name, subject }) => ({ name, of: subject, href: `/${scope.projectId}/segments/${id}` })),
  };
  return Response.json(found, { headers: { "cache-control": "no-store" } });
});
