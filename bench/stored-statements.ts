import type pg from "pg";
import { asAdmin } from "./postgres-room";
import type { FigureRow } from "./support";

/** Counters since the server started; of a difference, between two moments. */
export type StatementCounters = { wal: number; reads: number; statements: Map<string, Used> };
/** Time in ms and pages read from outside shared buffers. */
type Used = { ms: number; reads: number };

/** How many statements are printed, largest difference first. */
const SHOWN = 8;

export async function readCounters(admin: pg.Client): Promise<StatementCounters> {
  await admin.query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
  const { rows } = await admin.query<{ wal: number; reads: number }>(
    `SELECT (SELECT wal_bytes FROM pg_stat_wal)::float8 AS wal,
            (SELECT blks_read FROM pg_stat_database WHERE datname = current_database())::float8 AS reads`,
  );
  const { rows: statements } = await admin.query<Used & { query: string }>(
    `SELECT query, total_exec_time AS ms, shared_blks_read::float8 AS reads
       FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  const used = new Map<string, Used>();
  for (const { query, ms, reads } of statements)
    if (!query.includes("pg_stat_")) add(used, nameOf(query), { ms, reads });
  return { wal: rows[0]?.wal ?? 0, reads: rows[0]?.reads ?? 0, statements: used };
}

/** The beginning of a statement, up to the first table that it names; the same statement has several texts. */
function nameOf(query: string): string {
  const words = query.replace(/\s+/g, " ").trim();
  const writes = [...words.matchAll(/(INSERT INTO|UPDATE|DELETE FROM) (\w+)/g)].map(([text]) => text);
  const [reads] = /FROM (?!unnest|\()(\w+)/.exec(words) ?? [];
  const lock = / FOR (NO KEY )?UPDATE/.test(words) ? " FOR UPDATE" : "";
  if (writes.length > 0)
    return writes
      .slice(0, 3)
      .join(", ")
      .replace(/, UPDATE SET/g, "");
  return reads ? `SELECT ${reads}${lock}` : words.slice(0, 40);
}

function add(to: Map<string, Used>, name: string, { ms, reads }: Used): void {
  const before = to.get(name) ?? { ms: 0, reads: 0 };
  to.set(name, { ms: before.ms + ms, reads: before.reads + reads });
}

export function countersBetween(before: StatementCounters, after: StatementCounters): StatementCounters {
  const statements = new Map<string, Used>();
  for (const [name, { ms, reads }] of after.statements) {
    const earlier = before.statements.get(name) ?? { ms: 0, reads: 0 };
    statements.set(name, { ms: ms - earlier.ms, reads: reads - earlier.reads });
  }
  return { wal: after.wal - before.wal, reads: after.reads - before.reads, statements };
}

/** The statements whose time an event differs most. Time as it passed, with waiting for locks, pages and a core. */
export function statementsOf(
  empty: StatementCounters[],
  full: StatementCounters[],
  events: { empty: number; full: number },
): FigureRow[] {
  const [before, after] = [summed(empty), summed(full)];
  const of = (name: string) => {
    const [b, a] = [before.get(name), after.get(name)];
    return {
      name,
      empty: (1_000 * (b?.ms ?? 0)) / events.empty,
      full: (1_000 * (a?.ms ?? 0)) / events.full,
      reads: (a?.reads ?? 0) / events.full,
    };
  };
  return [...new Set([...before.keys(), ...after.keys()])]
    .map(of)
    .sort((a, b) => b.full - b.empty - (a.full - a.empty))
    .slice(0, SHOWN)
    .map(({ name, empty, full, reads }) => ({
      what: `its time in \`${name}\`, empty and stored`,
      value: `${empty.toFixed(1)}, ${full.toFixed(1)} µs an event; ${reads.toFixed(2)} pages read`,
    }));
}

function summed(readings: StatementCounters[]): Map<string, Used> {
  const sum = new Map<string, Used>();
  for (const { statements } of readings) for (const [name, used] of statements) add(sum, name, used);
  return sum;
}

const TABLES = "events sessions identities spans profiles profile_stats profile_facts person_days person_events".split(
  " ",
);

/** Bytes of tables and indexes, per stored event. */
export async function sizesOf(adminUrl: string, events: number): Promise<FigureRow[]> {
  const rows = await asAdmin(adminUrl, async (admin) => {
    const { rows } = await admin.query<{ name: string; heap: number; indexes: string; total: number }>(
      `SELECT c.relname AS name, pg_table_size(c.oid)::float8 AS heap, pg_total_relation_size(c.oid)::float8 AS total,
              (SELECT string_agg(i.relname || ' ' || round(pg_relation_size(i.oid) / $2::numeric), ', '
                                 ORDER BY pg_relation_size(i.oid) DESC)
                 FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid) AS indexes
         FROM pg_class c WHERE c.oid = ANY($1::text[]::regclass[]) ORDER BY total DESC`,
      [TABLES, events],
    );
    return rows;
  });
  return (rows ?? []).map(({ name, heap, indexes, total }) => ({
    what: `size of ${name}, per stored event`,
    value:
      name === "events" || name === "sessions"
        ? `${bytes(total / events)}: table ${bytes(heap / events)}, ${indexes}`
        : `${bytes(total / events)}: table ${bytes(heap / events)}`,
  }));
}

const bytes = (value: number): string => `${value.toFixed(0)} B`;
