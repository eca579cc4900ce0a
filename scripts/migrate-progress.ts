import type pg from "pg";
import { indexBuilds } from "@/lib/operations/index-builds.queries";
import { connectTo } from "./database";

const EVERY_MS = 15_000;

/**
 * Reports slow migrations: which one is running, how many are done, and the progress of an index being built. On its
 * own connection, as theirs are busy; its failure does not affect the migrations.
 */
export function reportMigrations(databaseUrl: string, log: (line: string) => void): { stop(): Promise<void> } {
  let client: Promise<pg.Client> | null = null;
  let reporting: Promise<void> = Promise.resolve();
  const report = async () => {
    client ??= connectTo(databaseUrl);
    const line = await progressLine(await client);
    if (line !== null) log(line);
  };
  const timer = setInterval(() => {
    reporting = reporting.then(report).catch(() => {});
  }, EVERY_MS).unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await reporting;
      await client?.then((one) => one.end()).catch(() => {});
    },
  };
}

/** null: no migration is running. */
export async function progressLine(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ name: string; done: number }>(`
    SELECT migration_name AS name,
           (SELECT count(*)::int FROM _prisma_migrations WHERE finished_at IS NOT NULL) AS done
      FROM _prisma_migrations
     WHERE finished_at IS NULL AND rolled_back_at IS NULL
     ORDER BY started_at DESC
     LIMIT 1`);
  const running = rows[0];
  if (!running) return null;
  const builds = (await indexBuilds(client)).map(({ table, percent }) => `, an index on ${table} ${percent} %`);
  return `Migrating the database: ${running.name} (${running.done} done before it)${builds.join("")}…`;
}
