import type pg from "pg";
import { connectTo } from "../database";

/**
 * Tables that are the source of truth: an upgrade leaves each of their rows, in the columns that both versions have.
 */
const TRUTH = [
  "events",
  "identities",
  "spans",
  "sessions",
  "profiles",
  "accounts",
  "account_members",
  "notes",
  "segments",
];
/** The columns of a person in lists, as the jobs of both versions compute them. */
const LISTED = ["first_seen", "last_seen", "event_count", "sessions", "active_days"];

export type Snapshot = {
  columns: Record<string, string[]>;
  /** Rows of each table, and a sum of hashes over their columns. */
  tables: Record<string, { rows: number; hash: string }>;
  /** By project and person: how many events, and a sum of hashes over them. */
  timelines: Map<string, string>;
  /** By project and person: LISTED. */
  lists: Map<string, string>;
  totals: { people: number; events: number };
};

/** With `columns` of an earlier snapshot it reads those; a missing one is then a missing table or column. */
export async function snapshot(databaseUrl: string, columns?: Snapshot["columns"]): Promise<Snapshot> {
  const client = await connectTo(databaseUrl);
  try {
    await client.query("SET timezone = 'UTC'");
    const present = await columnsOf(client);
    const wanted = columns ?? present;
    const tables: Snapshot["tables"] = {};
    for (const [table, names] of Object.entries(wanted)) {
      const shared = names.filter((name) => present[table]?.includes(name));
      if (shared.length > 0) tables[table] = await sumOf(client, table, shared);
    }
    const timelines = await timelinesOf(client);
    const lists = await listsOf(client);
    return {
      columns: present,
      tables,
      timelines,
      lists,
      totals: { people: timelines.size, events: tables.events?.rows ?? 0 },
    };
  } finally {
    await client.end();
  }
}

async function columnsOf(client: pg.Client): Promise<Snapshot["columns"]> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    `SELECT c.relname AS "table", array_agg(a.attname::text ORDER BY a.attname) AS columns
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY($1)
      GROUP BY c.relname`,
    [TRUTH],
  );
  return Object.fromEntries(rows.map(({ table, columns }) => [table, columns]));
}

async function sumOf(client: pg.Client, table: string, columns: readonly string[]) {
  const list = columns.map((column) => client.escapeIdentifier(column)).join(", ");
  const { rows } = await client.query<{ rows: string; hash: string }>(
    `SELECT count(*) AS rows, coalesce(sum(hashtextextended((${list})::text, 0)::numeric), 0)::text AS hash
       FROM ${client.escapeIdentifier(table)}`,
  );
  return { rows: Number(rows[0]?.rows ?? 0), hash: rows[0]?.hash ?? "" };
}

/** The person of each event (docs/identity.md). A visitor is minus their stream's number. */
async function timelinesOf(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ who: string; is: string }>(
    `SELECT e.project_id || ' ' || coalesce(i.profile_id, o.profile_id, -e.actor_id) AS who,
            count(*) || ' ' || sum(hashtextextended((e.id, e.ts, e.name)::text, 0)::numeric) AS "is"
       FROM events e
       LEFT JOIN identities i ON i.project_id = e.project_id AND i.id = e.actor_id
       LEFT JOIN spans s
         ON i.kind = 'a' AND s.project_id = e.project_id AND s.stream_id = e.actor_id
        AND s.from_ts <= e.ts AND s.to_ts > e.ts
       LEFT JOIN identities o ON o.project_id = e.project_id AND o.id = s.owner_id
      GROUP BY 1`,
  );
  return new Map(rows.map(({ who, is }) => [who, is]));
}

async function listsOf(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ who: string; is: string }>(
    `SELECT project_id || ' ' || person AS who, (${LISTED.join(", ")})::text AS "is" FROM profile_facts`,
  );
  return new Map(rows.map(({ who, is }) => [who, is]));
}
