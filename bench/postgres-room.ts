import pg from "pg";

/** A table's size, and the dead or unused part of it. */
export type Bloat = {
  name: string;
  rows: number;
  /** Of its heap. */
  bytes: number;
  deadRows: number;
  deadPercent: number;
  freePercent: number;
  autovacuums: number;
  indexBytes: number;
  /** Its largest B-tree, and how full its leaf pages are, in per cent. */
  index: string | null;
  leafDensity: number | null;
};

const TABLES = 10;

/** Null if `work` fails: no superuser, or not Linux. */
export async function asAdmin<T>(adminUrl: string, work: (admin: pg.Client) => Promise<T>): Promise<T | null> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    return await work(admin);
  } catch {
    return null; // no superuser, or not Linux
  } finally {
    await admin.end();
  }
}

/** Memory of Postgres' processes in bytes, shared buffers and files left out; null if its /proc cannot be read. */
export const privateMemory = (adminUrl: string): Promise<number | null> =>
  asAdmin(adminUrl, async (admin) => {
    const { rows } = await admin.query<{ status: string | null }>(
      "SELECT pg_read_file('/proc/' || pid || '/status', true) AS status FROM pg_stat_activity",
    );
    return rows.reduce((sum, { status }) => sum + 1024 * Number(/RssAnon:\s+(\d+)/.exec(status ?? "")?.[1] ?? 0), 0);
  });

/** The largest tables of the database, as they are, without a VACUUM before; null if pgstattuple cannot be used. */
export const bloatOf = (adminUrl: string): Promise<Bloat[] | null> =>
  asAdmin(adminUrl, async (admin) => {
    await admin.query("CREATE EXTENSION IF NOT EXISTS pgstattuple");
    const { rows } = await admin.query<Bloat>(`
      SELECT t.relname AS name, t.n_live_tup::int AS rows, s.table_len::float AS bytes,
             s.dead_tuple_count::int AS "deadRows", s.dead_tuple_percent AS "deadPercent", s.free_percent AS "freePercent",
             t.autovacuum_count::int AS autovacuums, pg_indexes_size(t.relid)::float AS "indexBytes",
             i.name AS index, i.density AS "leafDensity"
        FROM (SELECT * FROM pg_stat_user_tables ORDER BY pg_table_size(relid) DESC LIMIT ${TABLES}) t
             CROSS JOIN LATERAL pgstattuple(t.relid) s
             LEFT JOIN LATERAL (
               SELECT c.relname AS name, (pgstatindex(c.oid)).avg_leaf_density AS density
                 FROM pg_index x
                      JOIN pg_class c ON c.oid = x.indexrelid
                      JOIN pg_am a ON a.oid = c.relam AND a.amname = 'btree'
                WHERE x.indrelid = t.relid
                ORDER BY c.relpages DESC
                LIMIT 1) i ON true
       ORDER BY s.table_len DESC`);
    return rows;
  });
