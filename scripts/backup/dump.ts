import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type pg from "pg";
import { connectionOf } from "@/lib/db/connection";
import { queueSchemaFor } from "@/lib/queue/queue.store";
import { connectTo } from "../database";
import { ExplainedError } from "../explain";
import { beginSnapshot, migrationsOf, rowsOf, sequencesOf, type Table, tablesOf } from "./tables.queries";

export const MANIFEST = "manifest.json";
/** gzip's fastest: the text of COPY shrinks to a fifth, and twice as slow saves a tenth more. */
const LEVEL = 1;

/** `columns`: in the order of the file. */
export type DumpedTable = { name: string; file: string; columns: string[]; rows: number; sha256: string };
export type Manifest = {
  format: 1;
  /** The moment of the snapshot. */
  at: string;
  migrations: string[];
  sequences: Record<string, string | null>;
  tables: DumpedTable[];
};

/**
 * Writes a consistent snapshot of all tables to `folder` while the app keeps running: one gzipped file of Postgres'
 * COPY text each, and a manifest, written last. Needs no program of Postgres'. Throws Explained if the folder exists; a
 * backup that fails or is aborted leaves none.
 */
export async function backUp(
  databaseUrl: string,
  folder: string,
  log: (line: string) => void,
  signal?: AbortSignal,
): Promise<Manifest> {
  if (existsSync(folder)) throw new ExplainedError(`${folder} exists already: name a folder that does not.`);
  const draft = `${folder}.part`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  const client = await connectTo(databaseUrl);
  try {
    const at = await beginSnapshot(client, connectionOf(databaseUrl).citus);
    const migrations = await migrationsOf(client);
    const tables: DumpedTable[] = [];
    for (const table of await tablesOf(client, queueSchemaFor(databaseUrl))) {
      const { name, columns } = table;
      const file = `${name}.copy.gz`;
      const count = await copyTo(client, table, join(draft, file), signal);
      tables.push({ name, file, columns, rows: count, sha256: await hashOf(join(draft, file)) });
      if (count > 0) log(`${name}: ${count.toLocaleString("en")} rows`);
    }
    const sequences = await sequencesOf(client);
    const manifest: Manifest = { format: 1, at: at.toISOString(), migrations, sequences, tables };
    await writeFile(join(draft, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`);
    await rename(draft, folder);
    return manifest;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  } finally {
    await client.end();
  }
}

async function copyTo(client: pg.Client, table: Table, file: string, signal?: AbortSignal): Promise<number> {
  const rows = rowsOf(client, table);
  const written = createWriteStream(file, { mode: 0o600, flush: true });
  await pipeline(rows, createGzip({ level: LEVEL }), written, { signal });
  return rows.rowCount;
}

export async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
