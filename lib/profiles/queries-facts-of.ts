import type { Scope } from "@/lib/scope";
import { identitiesOf, type People, sessionFactsOf, storedFactsOf, visitorPropertiesOf } from "./queries-facts";
import type { PersonRow } from "./queries-list";
import { type Facts, factsKey } from "./summary";

/** What the lists' rows do not hold, for a whole page in four queries at once. */
export async function gather(scope: Scope, page: PersonRow[]): Promise<(row: PersonRow) => Facts> {
  const people: People = {
    profiles: page.filter((row) => row.kind === "u").map((row) => row.id),
    visitors: page.filter((row) => row.kind === "a").map((row) => row.id),
  };
  const [identities, sessions, properties, stored] = await Promise.all([
    identitiesOf(scope, people),
    sessionFactsOf(scope, people),
    visitorPropertiesOf(scope, people.visitors),
    storedFactsOf(scope, people),
  ]);
  return (row) => ({
    identities: identities.get(factsKey(row.kind, row.id)) ?? [],
    sessions: sessions.get(factsKey(row.kind, row.id)),
    properties: row.kind === "u" ? row.props : (properties.get(row.id) ?? {}),
    stored: stored.get(factsKey(row.kind, row.id)),
  });
}
