import type pg from "pg";

/**
 * Settings that Citus needs in this database, for us and for later connections:
 * - triggers on distributed tables: those of access_log only refuse, so it does not matter on which worker they run;
 * - SET LOCAL on the workers too, which those triggers read to decide who may delete;
 * - functions that read a table, on the workers too: those of the views that hide names. They read the control plane,
 *   which each node has, and rows of the same project, which are on the same node.
 */
const SETTINGS = [
  ["citus.enable_unsafe_triggers", "on"],
  ["citus.propagate_set_commands", "local"],
  ["citus.allow_nested_distributed_execution", "on"],
] as const;

/** `database`: as an identifier. */
export const settingStatements = (database: string): string[] =>
  SETTINGS.map(([name, value]) => `ALTER DATABASE ${database} SET ${name} = ${value}`);

export async function configureDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>("SELECT current_database() AS name");
  for (const statement of settingStatements(client.escapeIdentifier(rows[0]?.name ?? "")))
    await client.query(statement);
  for (const [name, value] of SETTINGS) await client.query(`SET ${name} = ${value}`);
  // Citus reports each table that it takes along.
  await client.query("SET client_min_messages = warning");
}

/** One step of the plan, in a transaction of its own. */
export async function runStatement(client: pg.Client, statement: string): Promise<void> {
  await client.query(statement);
}
