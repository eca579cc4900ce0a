import sql from "sql-template-tag";
import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import { humanName } from "@/lib/format/human-name";
import { notInternalPerRow } from "@/lib/identity/own-team.queries";
import { type PersonOrRef, requirePerson } from "@/lib/identity/person.queries";
import { personNumber } from "@/lib/identity/person-ref";
import { reading } from "@/lib/reading/reading";
import type { Reader, Scope } from "@/lib/scope";
import { type EventUse, type Feature, type FeatureList, type FeatureUse, featureUses } from "./rule";

/** Events that show navigation or revenue rather than use of a feature. */
const NOT_FEATURES = [...PAGE_VIEW_NAMES, "session_start", "session_end", "link_out", "revenue", "(other)"];
const SUGGESTED = 12;
/** How many event names are examined, and people counted for each: enough to rank the names by use. */
const SUGGESTED_FROM = 200;
const COUNTED_PEOPLE = 2_000;

/** The project's features in its order; its most used events until it has saved a list. features_pkey. */
export async function featuresOf(scope: Reader): Promise<FeatureList> {
  const { rows } = await reading(scope).query<Feature>(sql`
    SELECT id, name, events
      FROM features
     WHERE project_id = ${scope.projectId}
     ORDER BY position, id`);
  if (rows.length > 0) return { features: rows, isSuggested: false };
  return { features: await suggestedFeatures(scope), isSuggested: true };
}

/**
 * The events that most people did, each as a feature. Uses project_names_pkey, and for each name at most 2,000 entries
 * of person_events_name_idx.
 */
async function suggestedFeatures(reader: Reader): Promise<Feature[]> {
  const { projectId } = reader;
  const { rows } = await reading(reader).query<{ name: string }>(sql`
    SELECT n.name
      FROM (SELECT name FROM project_names
             WHERE project_id = ${projectId} AND kind = 'event' AND name <> ALL(${NOT_FEATURES}::text[])
             ORDER BY name
             LIMIT ${SUGGESTED_FROM}) n
     CROSS JOIN LATERAL (
       SELECT count(*) AS people, sum(x.events) AS events
         FROM (SELECT events FROM person_events
                WHERE project_id = ${projectId} AND person_events.name = n.name
                  AND ${notInternalPerRow(projectId, sql`person_events.person`)}
                ORDER BY last_at DESC
                LIMIT ${COUNTED_PEOPLE}) x) used
     WHERE used.people > 0
     ORDER BY used.people DESC, used.events DESC, n.name
     LIMIT ${SUGGESTED}`);
  return rows.map(({ name }) => ({ id: name, name: humanName(name), events: [name] }));
}

/**
 * A person's use of each feature of the project; lags by a second or two. Throws not_found for an unknown ref.
 * Uses person_events_pkey: O(event names that they did).
 */
export async function featuresOfPerson(
  scope: Scope,
  who: PersonOrRef,
): Promise<{ features: FeatureUse[]; isSuggested: boolean }> {
  const person = await requirePerson(scope, who);
  const [{ features, isSuggested }, { rows }] = await Promise.all([
    featuresOf(scope),
    reading(scope).query<EventUse>(sql`
      SELECT name, events, first_at AS "firstAt", last_at AS "lastAt"
        FROM person_events
       WHERE project_id = ${scope.projectId} AND person = ${personNumber(person)}`),
  ]);
  return { features: featureUses(features, rows), isSuggested };
}
