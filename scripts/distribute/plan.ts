import type pg from "pg";
import { ExplainedError } from "../explain";
import { knownMigrations } from "../migrate";
import { tablesInSchema } from "../statements/tables";
import { type DatabaseState, readDatabaseState } from "./state.queries";

/**
 * Stay on the coordinator:
 * - shared_meters: levels are updated by the database's clock, which Citus takes in no ON CONFLICT of its own tables;
 * - log_ins: the statement of each page that looks one up may also update it, and an update of a reference table is a
 *   transaction of all nodes that waits for every other one.
 */
const LOCAL: ReadonlySet<string> = new Set(["shared_meters", "log_ins"]);

export type DistributionStep = { table: string; statement: string };
export type DistributionPlan = { steps: DistributionStep[]; done: number; workers: number };

/** All distributed tables are spread like this one, so that the rows of a project are together. */
const FIRST = "identities";

/** The remaining steps for this database. Throws Explained with the reason if it cannot be distributed. */
export async function planFor(client: pg.Client): Promise<DistributionPlan> {
  return planDistribution(await readDatabaseState(client), tablesInSchema(), knownMigrations());
}

type Schema = { all: ReadonlySet<string>; sharded: ReadonlySet<string> };

/**
 * The control plane as reference tables, those that others refer to first, then the data plane by project_id. Skips
 * tables that are already distributed, so that the command resumes after an interruption.
 */
export function planDistribution(
  state: DatabaseState,
  schema: Schema,
  migrations: readonly string[],
): DistributionPlan {
  refuse(state, schema, migrations);
  const references = inOrder(
    [...schema.all].filter((table) => !schema.sharded.has(table) && !LOCAL.has(table)),
    state.foreignKeys,
  );
  const sharded = [FIRST, ...[...schema.sharded].filter((table) => table !== FIRST).sort()];
  const wanted: DistributionStep[] = [
    ...references.map((table) => ({ table, statement: `SELECT create_reference_table('${table}')` })),
    ...sharded.map((table) => ({ table, statement: `SELECT create_distributed_table(${spread(table)})` })),
  ];
  const steps = wanted.filter(({ table }) => !state.distributed.has(table));
  return { steps, done: wanted.length - steps.length, workers: state.workers };
}

const spread = (table: string): string =>
  table === FIRST ? `'${table}', 'project_id'` : `'${table}', 'project_id', colocate_with => '${FIRST}'`;

function refuse(state: DatabaseState, schema: Schema, migrations: readonly string[]): void {
  if (!state.extension) {
    throw new ExplainedError(
      state.available
        ? "This database has no Citus yet: run CREATE EXTENSION citus in it, on the coordinator and on each worker, before the tables are made (docs/scale.md)."
        : "This Postgres has no Citus: db:distribute needs a coordinator with the extension citus (docs/scale.md).",
    );
  }
  if (state.workers === 0) {
    throw new ExplainedError(
      "The coordinator knows no worker: add each with SELECT citus_add_node('host', 5432) (docs/scale.md).",
    );
  }
  const missing = migrations.filter((name) => !state.migrations.has(name));
  if (missing.length > 0) {
    throw new ExplainedError(`The database lacks ${missing.length} migrations: run \`npm run migrate\` first.`);
  }
  for (const [table, kind] of state.distributed) {
    const wanted = LOCAL.has(table) ? "local" : schema.sharded.has(table) ? "distributed" : "reference";
    if (schema.all.has(table) && kind !== wanted) {
      throw new ExplainedError(
        `The table ${table} is a ${kind} table, not a ${wanted} one: undistribute_table('${table}').`,
      );
    }
  }
  if (state.others > 0) {
    throw new ExplainedError(
      `${state.others} connections of Throughline are open: stop it first, as it cannot work while its tables move.`,
    );
  }
}

/**
 * Tables behind those that they refer to: Citus takes no foreign key that deletes from a reference to a local table.
 */
function inOrder(tables: readonly string[], foreignKeys: DatabaseState["foreignKeys"]): string[] {
  const ordered = new Set<string>();
  const add = (table: string, path: readonly string[]): void => {
    if (ordered.has(table)) return;
    if (path.includes(table)) throw new ExplainedError(`Foreign keys form a cycle: ${[...path, table].join(", ")}.`);
    for (const key of foreignKeys) if (key.from === table && key.to !== table) add(key.to, [...path, table]);
    ordered.add(table);
  };
  for (const table of [...tables].sort()) add(table, []);
  return [...ordered];
}
