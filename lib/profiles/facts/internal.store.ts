import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
import { ownAccounts } from "@/lib/identity/own-team.queries";

/** Somebody who belongs to an account now. */
type AccountPerson = { person: number; accountId: string };

/**
 * Marks those of `people` who by the settings belong to the project's own team or are test users: by a user id or
 * address, the domain of an address, a property's value, a segment, or an account they belong to now. Unmarks the
 * others. Call it after writeFacts in the same transaction. Primary keys; O(people · entries), and reads no properties
 * for a project without entries.
 */
export async function markInternal(
  tx: Tx,
  projectId: string,
  people: readonly number[],
  { inSegments, inAccounts }: { inSegments: readonly number[]; inAccounts: readonly AccountPerson[] },
): Promise<void> {
  await tx.query(
    prepared(sql`
    UPDATE profile_facts f SET is_internal = q.is_internal
      FROM (
        SELECT f.person,
               s.internal_people <> '{}'
               AND (EXISTS (SELECT 1 FROM identities i
                             WHERE i.project_id = ${projectId} AND i.profile_id = f.person AND i.kind = 'u'
                               AND i.ext_id = ANY(s.internal_people))
                    OR coalesce(f.email = ANY(SELECT lower(e) FROM unnest(s.internal_people) e), false))
               OR f.person = ANY(${inSegments}::bigint[])
               OR f.person IN (
                 SELECT m.person
                   FROM unnest(${inAccounts.map(({ person }) => person)}::bigint[],
                               ${inAccounts.map(({ accountId }) => accountId)}::text[]) m(person, account_id)
                   JOIN (${ownAccounts(projectId)}) own ON own.id = m.account_id)
               OR s.internal_domains <> '{}'
               AND EXISTS (SELECT 1 FROM unnest(s.internal_domains) d(domain)
                            WHERE right(f.email, length(d.domain) + 1) = '@' || d.domain
                               OR split_part(f.email, '@', 2) LIKE '%.' || d.domain)
               OR s.internal_properties <> '{}'
               AND EXISTS (SELECT 1 FROM unnest(s.internal_properties) r(entry)
                            WHERE coalesce((SELECT p.props FROM profiles p
                                             WHERE p.project_id = ${projectId} AND p.id = f.person), f.props)
                                  ->> split_part(r.entry, '=', 1)
                                  = substr(r.entry, strpos(r.entry, '=') + 1)) AS is_internal
          FROM profile_facts f
          JOIN projects s ON s.id = ${projectId}
         WHERE f.project_id = ${projectId} AND f.person = ANY(${people}::bigint[])) q
     WHERE f.project_id = ${projectId} AND f.person = q.person AND f.is_internal <> q.is_internal`),
  );
}
