import type pg from "pg";
import sql from "sql-template-tag";
import type { View } from "./model";

/**
 * Reads from the tables what the product would show of a project, the slow and obvious way, for comparing with the
 * model.
 */
export async function observe(db: pg.Pool, projectId: string): Promise<View> {
  const { rows: ids } = await db.query(
    sql`SELECT id, kind, ext_id, profile_id FROM identities WHERE project_id = ${projectId}`,
  );
  const extId = new Map<number, string>(ids.map((row) => [row.id, row.ext_id]));
  const members = new Map<number, string[]>();
  for (const row of ids)
    if (row.kind === "u") members.set(row.profile_id, [...(members.get(row.profile_id) ?? []), row.ext_id].sort());
  const personOf = new Map<number, string>(
    ids.filter((row) => row.kind === "u").map((row) => [row.id, (members.get(row.profile_id) as string[]).join("+")]),
  );
  const { rows: spans } = await db.query(
    sql`SELECT * FROM spans WHERE project_id = ${projectId} ORDER BY stream_id, from_ts`,
  );
  const spanAt = (stream: number, t: number) =>
    spans.find((s) => s.stream_id === stream && s.from_ts <= t && t < s.to_ts);
  const ownerAt = (stream: number, t: number): string => {
    // No span: the stream was erased and its rows await deletion.
    const owner_id = spanAt(stream, t)?.owner_id ?? (spanAt(stream, t) ? null : 0);
    return owner_id === null
      ? `a:${extId.get(stream)}`
      : owner_id === 0
        ? "erased"
        : (personOf.get(owner_id) as string);
  };
  const view: View = { owners: {}, attribution: {}, people: {} };
  const person = (owner: string) => {
    view.people[owner] ??= { count: 0, first: null, last: null, props: {}, sessions: {} };
    return view.people[owner];
  };
  const { rows: events } = await db.query(
    sql`SELECT * FROM events WHERE project_id = ${projectId} AND kind <> 'alias' AND actor_id IS NOT NULL`,
  );
  for (const event of events) {
    const explicit = personOf.get(event.actor_id);
    const owner = explicit ?? ownerAt(event.actor_id, event.ts);
    if (owner === "erased") continue;
    view.owners[event.id] = owner;
    view.attribution[event.id] =
      explicit !== undefined
        ? "explicit"
        : owner.startsWith("a:")
          ? null
          : event.ts > spanAt(event.actor_id, event.ts).run_last
            ? "inferred"
            : "claimed";
    person(owner);
  }
  const { rows: profiles } = await db.query(sql`
    SELECT p.id, p.props, s.event_count, s.first_seen, s.last_seen FROM profiles p
      JOIN profile_stats s ON s.project_id = p.project_id AND s.profile_id = p.id WHERE p.project_id = ${projectId}`);
  for (const row of profiles) {
    const name = (members.get(row.id) as string[]).join("+");
    const seen = view.people[name];
    if (!seen && row.event_count === 0) continue;
    Object.assign(person(name), {
      count: row.event_count,
      first: row.first_seen,
      last: row.last_seen,
      props: row.props,
    });
  }
  for (const span of spans)
    if (span.owner_id === null && span.event_count > 0) {
      const visitor = person(`a:${extId.get(span.stream_id)}`);
      visitor.count += span.event_count;
      visitor.first = Math.min(visitor.first ?? span.first_seen, span.first_seen);
      visitor.last = Math.max(visitor.last ?? span.last_seen, span.last_seen);
    }
  const { rows: sessions } = await db.query(sql`SELECT * FROM sessions WHERE project_id = ${projectId}`);
  for (const row of sessions) {
    const mine = person(personOf.get(row.actor_id) ?? ownerAt(row.actor_id, row.started_at)).sessions;
    const was = mine[row.session_id];
    mine[row.session_id] = [
      row.event_count + (was?.[0] ?? 0),
      Math.min(row.started_at, was?.[1] ?? row.started_at),
      Math.max(row.ended_at, was?.[2] ?? row.ended_at),
    ];
  }
  return view;
}

/**
 * P2, P3, P4: stored counts equal a recount, spans tile the line, every user id has exactly one living profile. Returns
 * what is wrong.
 */
export async function faults(db: pg.Pool, projectId: string): Promise<string[]> {
  const out: string[] = [];
  const { rows: recount } = await db.query(sql`
    SELECT s.stream_id, s.from_ts, s.event_count, s.first_seen, s.last_seen, count(e.id) AS c, min(e.ts) AS f, max(e.ts) AS l
      FROM spans s LEFT JOIN events e ON e.project_id = s.project_id AND e.actor_id = s.stream_id AND e.active AND e.ts >= s.from_ts AND e.ts < s.to_ts
     WHERE s.project_id = ${projectId} GROUP BY s.project_id, s.stream_id, s.from_ts
    HAVING s.event_count <> count(e.id) OR s.first_seen IS DISTINCT FROM min(e.ts) OR s.last_seen IS DISTINCT FROM max(e.ts)`);
  for (const row of recount)
    out.push(`span ${row.stream_id}@${row.from_ts}: stored ${row.event_count}, counted ${row.c}`);
  const { rows: gaps } = await db.query(sql`
    SELECT stream_id FROM (SELECT stream_id, to_ts, lead(from_ts) OVER (PARTITION BY stream_id ORDER BY from_ts) AS next,
             min(from_ts) OVER (PARTITION BY stream_id) AS first, max(to_ts) OVER (PARTITION BY stream_id) AS last
        FROM spans WHERE project_id = ${projectId}) s
     WHERE next <> to_ts OR first <> '-infinity' OR last <> 'infinity'`);
  for (const row of gaps) out.push(`spans of stream ${row.stream_id} do not tile`);
  const { rows: orphans } = await db.query(sql`
    SELECT p.id FROM profiles p WHERE p.project_id = ${projectId}
       AND (NOT EXISTS (SELECT 1 FROM identities i WHERE i.project_id = p.project_id AND i.profile_id = p.id)
         OR NOT EXISTS (SELECT 1 FROM profile_stats s WHERE s.project_id = p.project_id AND s.profile_id = p.id))`);
  for (const row of orphans) out.push(`profile ${row.id} is an orphan`);
  const { rows: lost } = await db.query(sql`
    SELECT i.ext_id FROM identities i WHERE i.project_id = ${projectId} AND i.kind = 'u'
       AND NOT EXISTS (SELECT 1 FROM profiles p WHERE p.project_id = i.project_id AND p.id = i.profile_id)`);
  for (const row of lost) out.push(`user ${row.ext_id} has no profile`);
  const { rows: own } = await db.query(sql`
    SELECT i.ext_id, i.event_count, count(e.id) AS c FROM identities i
      LEFT JOIN events e ON e.project_id = i.project_id AND e.actor_id = i.id AND e.active
     WHERE i.project_id = ${projectId} AND i.kind = 'u' GROUP BY i.project_id, i.id HAVING i.event_count <> count(e.id)`);
  for (const row of own) out.push(`user ${row.ext_id}: stored ${row.event_count}, counted ${row.c}`);
  return out;
}
