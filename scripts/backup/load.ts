import { createReadStream, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type pg from "pg";
import { queueSchemaFor } from "@/lib/queue/queue.store";
import { connectTo } from "../database";
import { ExplainedError } from "../explain";
import { knownMigrations, migrate } from "../migrate";
import { type DumpedTable, hashOf, MANIFEST, type Manifest } from "./dump";
import {
  changeForeignKeys,
  emptyTables,
  foreignKeysOf,
  inOneTransaction,
  rowsInto,
  setSequence,
  switchTriggers,
} from "./load.store";
import { holdsData, type Table, tablesOf } from "./tables.queries";

/**
 * Restores a backup into an empty database, in one transaction: the tables as they were when the backup was made, by
 * the migrations it had, then this version's later ones. Throws Explained, having stored nothing, if the database is in
 * use, a file is damaged, or a newer version made the backup.
 */
export async function restore(databaseUrl: string, folder: string, log: (line: string) => void): Promise<Manifest> {
  const manifest = readManifest(folder);
  const known = new Set(knownMigrations());
  if (manifest.migrations.some((name) => !known.has(name)))
    throw new ExplainedError("The backup was made by a newer version of Throughline: update, then restore it.");
  for (const { file, sha256 } of manifest.tables)
    if (!existsSync(join(folder, file)) || (await hashOf(join(folder, file))) !== sha256)
      throw new ExplainedError(`${file} is missing or damaged. Nothing was restored.`);
  const client = await connectTo(databaseUrl);
  try {
    if (await holdsData(client))
      throw new ExplainedError("The database is in use: restore into an empty one. Nothing was changed.");
    await migrate(databaseUrl, manifest.migrations);
    const tables = await tablesOf(client, queueSchemaFor(databaseUrl));
    await inOneTransaction(client, () => load(client, tables, folder, manifest, log));
  } finally {
    await client.end();
  }
  const later = await migrate(databaseUrl);
  if (later.length > 0) log(`applied ${later.length} later migrations`);
  return manifest;
}

async function load(
  client: pg.Client,
  tables: readonly Table[],
  folder: string,
  manifest: Manifest,
  log: (line: string) => void,
): Promise<void> {
  const dumped = new Map(manifest.tables.map((table) => [table.name, table]));
  const unknown = manifest.tables.filter(({ name }) => !tables.some((table) => table.name === name));
  if (unknown.length > 0)
    throw new ExplainedError(`The backup has a table ${unknown[0]?.name}, which its migrations do not create.`);
  await switchTriggers(client, tables, "DISABLE"); // one of them refuses to empty the access log
  await emptyTables(client, tables);
  // Checked once at the end instead of row by row, and in any order of tables.
  const keys = await foreignKeysOf(client);
  await changeForeignKeys(client, keys, "drop");
  for (const table of tables) {
    const found = dumped.get(table.name);
    if (found) await fill(client, table, folder, found, log);
  }
  await changeForeignKeys(client, keys, "add");
  await switchTriggers(client, tables, "ENABLE");
  for (const [name, last] of Object.entries(manifest.sequences))
    if (last !== null) await setSequence(client, name, last);
}

async function fill(client: pg.Client, table: Table, folder: string, dumped: DumpedTable, log: (line: string) => void) {
  const rows = rowsInto(client, table, dumped.columns);
  await pipeline(createReadStream(join(folder, dumped.file)), createGunzip(), rows);
  if (rows.rowCount !== dumped.rows)
    throw new ExplainedError(
      `${dumped.file} has ${rows.rowCount} rows instead of ${dumped.rows}. Nothing was restored.`,
    );
  if (dumped.rows > 0) log(`${table.name}: ${dumped.rows.toLocaleString("en")} rows`);
}

function readManifest(folder: string): Manifest {
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) throw new ExplainedError(`${folder} holds no backup: ${MANIFEST} is missing.`);
  const manifest = JSON.parse(readFileSync(file, "utf8")) as Partial<Manifest>;
  if (manifest.format !== 1 || !manifest.tables || !manifest.migrations)
    throw new ExplainedError(`${file} is of a format that this version does not know.`);
  return manifest as Manifest;
}
