import sql from "sql-template-tag";
import { CONSENT, type Consent, consentOf } from "@/lib/events/consent";
import { lanesOf } from "@/lib/identity/lanes.queries";
import { type PersonOrRef, requirePerson } from "@/lib/identity/person.queries";
import { refSql } from "@/lib/identity/person-ref.queries";
import type { JsonObject } from "@/lib/json";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";

export type ConsentDecision = Consent & {
  id: string;
  ts: number;
  /** The id it was sent with: u:<user id> or a:<anonymous id>. */
  actor: string;
};

/** The most decisions shown; nobody decides more often. */
const MAX_DECISIONS = 20;

/**
 * The person's latest decisions about consent, newest first. Throws not_found for an unknown ref. Walks
 * events_actor_ts_idx once per lane: O(the person's events), as no index finds the few decisions among them.
 */
export async function consentsOf(scope: Scope, who: PersonOrRef): Promise<ConsentDecision[]> {
  const person = await requirePerson(scope, who);
  type Row = Pick<ConsentDecision, "id" | "ts" | "actor"> & { properties: JsonObject };
  const { rows } = await reading(scope).query<Row>(sql`
    WITH lanes AS (${lanesOf(scope, person)})
    SELECT e.id, e.ts, e.properties, ${refSql(sql`i.kind`, sql`i.ext_id`)} AS actor
      FROM lanes l JOIN events e ON e.project_id = ${scope.projectId} AND e.actor_id = l.actor_id
       AND e.ts >= l.from_ts AND e.ts < l.to_ts
      JOIN identities i ON i.project_id = ${scope.projectId} AND i.id = e.actor_id
     WHERE e.kind = 'event' AND e.name = ${CONSENT} AND jsonb_typeof(e.properties -> 'granted') = 'boolean'
     ORDER BY e.ts DESC, e.id DESC LIMIT ${MAX_DECISIONS}`);
  return rows.flatMap(({ properties, ...row }) => {
    const decision = consentOf(CONSENT, properties);
    return decision ? [{ ...decision, ...row }] : [];
  });
}
