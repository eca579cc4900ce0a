import { execFileSync } from "node:child_process";
import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { type RunningPostgres, startPostgres } from "@/scripts/postgres";

/** Runs statements on a connection of its own; the rows of the last. */
export async function queryNode(url: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) ({ rows } = await client.query<Record<string, unknown>>(statement));
    return rows;
  } finally {
    await client.end();
  }
}

/**
 * A hot standby of `primary` by streaming replication: a copy of its files between pg_backup_start and pg_backup_stop,
 * as the package has no pg_basebackup. `from` is the primary's folder, `folder` will be the replica's, `through`
 * how it reaches the primary.
 */
export async function replicaOf(
  primary: RunningPostgres,
  from: string,
  folder: string,
  through = primary.adminUrl,
): Promise<RunningPostgres> {
  const session = new pg.Client({ connectionString: primary.adminUrl });
  await session.connect();
  await session.query("SELECT pg_create_physical_replication_slot('replica')");
  await session.query("SELECT pg_backup_start('replica', true)");
  execFileSync("cp", ["-a", from, folder]);
  const { rows } = await session.query<{ labelfile: string }>("SELECT labelfile FROM pg_backup_stop(false)");
  await session.end();
  const cluster = join(folder, "cluster");
  for (const name of [
    join(cluster, "postmaster.pid"),
    join(cluster, "postmaster.opts"),
    join(folder, "users"),
    join(folder, "port"),
    join(folder, "lock"),
    join(cluster, "pg_replslot", "replica"),
  ])
    rmSync(name, { recursive: true, force: true });
  const { port, password } = new URL(through);
  const settings = `primary_conninfo = 'host=127.0.0.1 port=${port} user=postgres password=${decodeURIComponent(password)} application_name=replica'\nprimary_slot_name = 'replica'\n`;
  writeFileSync(join(cluster, "backup_label"), rows[0]?.labelfile ?? "");
  writeFileSync(join(cluster, "standby.signal"), "");
  appendFileSync(join(cluster, "postgresql.auto.conf"), settings);
  for (const name of ["backup_label", "standby.signal"])
    execFileSync("chown", ["--reference", join(cluster, "PG_VERSION"), join(cluster, name)]);
  return startPostgres({ folder });
}

/** Makes commits on the primary wait for its replica. */
export const waitForReplica = (primary: RunningPostgres) =>
  queryNode(primary.adminUrl, "ALTER SYSTEM SET synchronous_standby_names = 'replica'", "SELECT pg_reload_conf()");
