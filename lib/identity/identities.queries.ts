import sql, { type Sql } from "sql-template-tag";
import type { StreamClass } from "@/lib/events/operation";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import { type UserIdRow, userIdsOf } from "./person.queries";
import type { Person } from "./person-ref";

export type DeviceRow = { id: number; extId: string; streamClass: StreamClass; contended: boolean };
/**
 * `owner`: the internal user id, null for nobody, 0 for an erased person. `ownerId`: the customer's id of that user.
 */
export type StretchRow = {
  device: number;
  from: number;
  to: number;
  owner: number | null;
  ownerId: string | null;
  runFirst: number | null;
  runLast: number | null;
  firstSeen: number | null;
  lastSeen: number | null;
  events: number;
};
export type DetachedRow = { device: number; userId: string; until: number; by: string | null };
export type EdgeRow = { a: string; b: string; isOn: boolean; at: number; by: string | null };

/** The rows that explain a person's identity: ids, devices with all their spans, and corrections. */
export type IdentityRows = {
  users: UserIdRow[];
  devices: DeviceRow[];
  stretches: StretchRow[];
  detached: DetachedRow[];
  /** Alias edges, on and off, with at least one of this person's ids. */
  edges: EdgeRow[];
};

/** Devices shown per person, last seen first. An id with more is probably shared (docs/identity.md R15). */
export const MAX_DEVICES_SHOWN = 500;

/**
 * The rows that `person-identities.ts` builds a person's identities from. Five statements, each of a few rows per id:
 * identities_profile_id_idx, spans_owner_id_idx, spans_pkey, alias_edges_pkey and alias_edges_b_idx; `detached` is
 * scanned, as it only holds manual corrections. An anonymous visitor has one device and no user id.
 */
export async function identityRows(scope: Scope, person: Person): Promise<IdentityRows> {
  const { projectId } = scope;
  const users = person.kind === "visitor" ? [] : await userIdsOf(scope, person.profileId);
  const ids = users.map((user) => user.id);
  const streams = person.kind === "visitor" ? [person.streamId] : await streamsOfUsers(scope, ids);
  const [devices, stretches, detached, edges] = await Promise.all([
    rowsOf<DeviceRow>(
      scope,
      sql`
      SELECT i.id, i.ext_id AS "extId", i.stream_class AS "streamClass", i.contended FROM identities i
       WHERE i.project_id = ${projectId} AND i.id = ANY(${streams}::bigint[])`,
    ),
    rowsOf<StretchRow>(
      scope,
      sql`
      SELECT s.stream_id AS device, s.from_ts AS "from", s.to_ts AS "to", s.owner_id AS owner, o.ext_id AS "ownerId",
             s.run_first AS "runFirst",
             s.run_last AS "runLast", s.first_seen AS "firstSeen", s.last_seen AS "lastSeen", s.event_count AS events
        FROM spans s LEFT JOIN identities o ON o.project_id = s.project_id AND o.id = s.owner_id
       WHERE s.project_id = ${projectId} AND s.stream_id = ANY(${streams}::bigint[]) ORDER BY s.stream_id, s.from_ts`,
    ),
    rowsOf<DetachedRow>(
      scope,
      sql`
      SELECT d.stream_id AS device, u.ext_id AS "userId", d.until, d.made_by AS "by"
        FROM detached d JOIN identities u ON u.project_id = d.project_id AND u.id = d.user_id
       WHERE d.project_id = ${projectId} AND d.stream_id = ANY(${streams}::bigint[]) ORDER BY d.until DESC`,
    ),
    rowsOf<EdgeRow>(
      scope,
      sql`
      SELECT a.ext_id AS a, b.ext_id AS b, x.is_on AS "isOn", x.ts AS at, x.made_by AS "by"
        FROM (SELECT * FROM alias_edges WHERE project_id = ${projectId} AND a = ANY(${ids}::bigint[])
              UNION
              SELECT * FROM alias_edges WHERE project_id = ${projectId} AND b = ANY(${ids}::bigint[])) x
        JOIN identities a ON a.project_id = ${projectId} AND a.id = x.a
        JOIN identities b ON b.project_id = ${projectId} AND b.id = x.b
       ORDER BY x.ts DESC, x.op_id DESC`,
    ),
  ]);
  const order = new Map(streams.map((id, index) => [id, index]));
  devices.sort((x, y) => (order.get(x.id) ?? 0) - (order.get(y.id) ?? 0));
  return { users, devices, stretches, detached, edges };
}

/**
 * Streams on which the user ids own a span, and those detached from them, most recently seen first; at most
 * MAX_DEVICES_SHOWN.
 */
async function streamsOfUsers(scope: Scope, userIds: readonly number[]): Promise<number[]> {
  const rows = await rowsOf<{ id: number }>(
    scope,
    sql`
    SELECT x.id FROM (
      SELECT s.stream_id AS id, s.last_seen, s.run_last FROM spans s
       WHERE s.project_id = ${scope.projectId} AND s.owner_id = ANY(${userIds}::bigint[])
      UNION ALL
      SELECT d.stream_id, NULL, NULL FROM detached d
       WHERE d.project_id = ${scope.projectId} AND d.user_id = ANY(${userIds}::bigint[])) x
     GROUP BY x.id
     ORDER BY max(greatest(x.last_seen, x.run_last)) DESC NULLS LAST, x.id DESC
     LIMIT ${MAX_DEVICES_SHOWN}`,
  );
  return rows.map((row) => row.id);
}

/**
 * The alias edges with exactly one end in `userIds`, which a split removes. identities_ext_id_key, alias_edges_pkey,
 * alias_edges_b_idx.
 */
export async function edgesOut(
  scope: Scope,
  userIds: readonly string[],
): Promise<{ inside: string; outside: string }[]> {
  return rowsOf(
    scope,
    sql`
    WITH ids AS (SELECT i.id, i.ext_id FROM identities i
                  WHERE i.project_id = ${scope.projectId} AND i.kind = 'u' AND i.ext_id = ANY(${userIds}::text[])),
    pairs AS (SELECT n.ext_id AS inside, x.b AS other
                FROM ids n
                JOIN alias_edges x ON x.project_id = ${scope.projectId} AND x.a = n.id AND x.is_on
              UNION ALL
              SELECT n.ext_id, x.a
                FROM ids n
                JOIN alias_edges x ON x.project_id = ${scope.projectId} AND x.b = n.id AND x.is_on)
    SELECT p.inside, o.ext_id AS outside
      FROM pairs p JOIN identities o ON o.project_id = ${scope.projectId} AND o.id = p.other
     WHERE o.ext_id <> ALL(${userIds}::text[])
     ORDER BY p.inside, o.ext_id`,
  );
}

/**
 * The person's user ids that were ever identified on the device; [] for an unknown device. Primary keys,
 * identities_ext_id_key.
 */
export async function usersSeenOn(scope: Scope, person: Person, anonymousId: string): Promise<string[]> {
  if (person.kind === "visitor") return [];
  const rows = await rowsOf<{ extId: string }>(
    scope,
    sql`
    SELECT u.ext_id AS "extId" FROM identities d
      JOIN identities u ON u.project_id = ${scope.projectId} AND u.profile_id = ${person.profileId}
       AND (u.id = ANY(d.seen_users)
            OR EXISTS (SELECT 1
                         FROM spans s
                        WHERE s.project_id = ${scope.projectId} AND s.stream_id = d.id AND s.owner_id = u.id))
     WHERE d.project_id = ${scope.projectId} AND d.kind = 'a' AND d.ext_id = ${anonymousId} ORDER BY u.ext_id`,
  );
  return rows.map((row) => row.extId);
}

/** The person's user ids that the device was detached from. detached_pkey. */
export async function usersDetachedFrom(scope: Scope, person: Person, anonymousId: string): Promise<string[]> {
  const rows = await rowsOf<{ extId: string; profileId: number }>(
    scope,
    sql`
    SELECT u.ext_id AS "extId", u.profile_id AS "profileId" FROM identities d
      JOIN detached x ON x.project_id = d.project_id AND x.stream_id = d.id
      JOIN identities u ON u.project_id = d.project_id AND u.id = x.user_id
     WHERE d.project_id = ${scope.projectId} AND d.kind = 'a' AND d.ext_id = ${anonymousId} ORDER BY u.ext_id`,
  );
  return rows.flatMap((row) => (person.kind === "visitor" || row.profileId === person.profileId ? [row.extId] : []));
}

const rowsOf = async <Row extends object>(scope: Scope, query: Sql): Promise<Row[]> =>
  (await reading(scope).query<Row>(query)).rows;
