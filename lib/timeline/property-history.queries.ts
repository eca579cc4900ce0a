import sql, { type Sql } from "sql-template-tag";
import { lanesOf } from "@/lib/identity/lanes.queries";
import { requirePerson } from "@/lib/identity/person.queries";
import type { Person } from "@/lib/identity/person-ref";
import { refSql } from "@/lib/identity/person-ref.queries";
import type { Json, JsonObject } from "@/lib/json";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";

/** One write of a property; `mode`: the type of its message ("set", "increment" …) or "identify". Time in ms. */
export type PropertyWrite = {
  ts: number;
  eventId: string;
  mode: string;
  value: Json;
  actor: string;
  origin: string | null;
};

/**
 * The writes of each property, by dotted key, newest first. `complete`: whether all were read, which are at most
 * MAX_EVENTS operations and MAX_BYTES of their properties.
 */
export type PropertyHistory = { notes: Map<string, PropertyWrite[]>; complete: boolean };

/** The most operations read for a history. */
const MAX_EVENTS = 2_000;
/** The most bytes of their properties, as operations may be large. */
const MAX_BYTES = 512 * 1024;

/** The history of a person's properties. Throws not_found for an unknown ref. */
export async function propertyHistory(scope: Scope, ref: string): Promise<PropertyHistory> {
  const person = await requirePerson(scope, ref);
  type Row = Omit<PropertyWrite, "value" | "eventId"> & { id: string; properties: JsonObject | null };
  const { rows } = await reading(scope).query<Row>(propertyEventsQuery(scope, person, MAX_EVENTS));
  const notes = new Map<string, PropertyWrite[]>();
  for (const { id, properties, ...row } of rows) {
    if (properties === null) continue;
    for (const [key, value] of leaves(properties)) {
      const note = { ...row, eventId: id, value };
      const known = notes.get(key);
      if (known) known.push(note);
      else notes.set(key, [note]);
    }
  }
  return { notes, complete: rows.length < MAX_EVENTS && rows.every(({ properties }) => properties !== null) };
}

/** Walks events_actor_ts_idx once per lane: O(the person's events), as no index finds the few writes among them. */
export function propertyEventsQuery(scope: Scope, person: Person, limit: number): Sql {
  return sql`
    WITH lanes AS (${lanesOf(scope, person)})
    SELECT n.id, n.ts, n.mode, n.actor, n.origin, CASE WHEN n.bytes <= ${MAX_BYTES} THEN n.properties END AS properties
      FROM (SELECT q.*, sum(octet_length(q.properties::text)) OVER (ORDER BY q.ts DESC, q.id DESC) AS bytes FROM (
    SELECT e.id, e.ts, CASE e.kind WHEN 'identify' THEN 'identify' ELSE e.name END AS mode, e.properties,
           ${refSql(sql`i.kind`, sql`i.ext_id`)} AS actor, e.origin
      FROM lanes l JOIN events e ON e.project_id = ${scope.projectId} AND e.actor_id = l.actor_id
       AND e.ts >= l.from_ts AND e.ts < l.to_ts
      JOIN identities i ON i.project_id = ${scope.projectId} AND i.id = e.actor_id
     WHERE e.kind IN ('property', 'identify') AND e.properties <> '{}'
     ORDER BY e.ts DESC, e.id DESC LIMIT ${limit}) q) n
     ORDER BY n.ts DESC, n.id DESC`;
}

/** Nested objects as dotted leaves; lists are values. */
function leaves(value: JsonObject, prefix = ""): [string, Json][] {
  return Object.entries(value).flatMap(([key, inner]): [string, Json][] =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? leaves(inner, `${prefix}${key}.`)
      : [[`${prefix}${key}`, inner]],
  );
}
