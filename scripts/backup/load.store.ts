import type pg from "pg";
import { type CopyStreamQuery, from } from "pg-copy-streams";
import type { Table } from "./tables.queries";

/** Prepares an empty database for loading rows unchanged, and completes it afterwards. */

/** Statements that remove a foreign key of our tables, and that add it again; Postgres quotes them. */
export type ForeignKey = { drop: string; add: string };

export async function foreignKeysOf(client: pg.Client): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(
    `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname) AS drop,
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
              AS add
       FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
      WHERE c.contype = 'f' AND n.nspname = current_schema() AND c.conparentid = 0
      ORDER BY c.conrelid::regclass::text, c.conname`,
  );
  return rows;
}

/** Migrations leave a few rows of their own. */
export async function emptyTables(client: pg.Client, tables: readonly Table[]): Promise<void> {
  await client.query(`TRUNCATE ${tables.map(placeOf).join(", ")} CASCADE`);
}

/** Our own triggers: the rows are as the triggers left them. */
export async function switchTriggers(
  client: pg.Client,
  tables: readonly Table[],
  to: "ENABLE" | "DISABLE",
): Promise<void> {
  for (const table of tables) await client.query(`ALTER TABLE ${placeOf(table)} ${to} TRIGGER USER`);
}

/** `last` is the last number that was given out. */
export async function setSequence(client: pg.Client, name: string, last: string): Promise<void> {
  await client.query("SELECT setval(format('%I.%I', current_schema(), $1::text)::regclass, $2::bigint)", [name, last]);
}

const placeOf = ({ place }: Table): string => place;

/** Where to write a table's rows, in COPY's text, with `columns` in this order. */
export const rowsInto = (client: pg.Client, { place }: Table, columns: readonly string[]): CopyStreamQuery =>
  client.query(from(`COPY ${place} (${columns.map((name) => client.escapeIdentifier(name)).join(", ")}) FROM STDIN`));

/** Runs `work` in one transaction, however long it takes, and updates the planner's statistics after it. */
export async function inOneTransaction(client: pg.Client, work: () => Promise<void>): Promise<void> {
  await client.query("BEGIN");
  await client.query("SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0");
  await work(); // the connection is closed after a failure, which rolls back
  await client.query("COMMIT");
  await client.query("ANALYZE");
}

/** Changes foreign keys by their own statements. */
export async function changeForeignKeys(
  client: pg.Client,
  keys: readonly ForeignKey[],
  how: keyof ForeignKey,
): Promise<void> {
  for (const key of keys) await client.query(key[how]);
}
