import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { isAlive } from "../../scripts/lock.mjs";
import { migrate } from "../../scripts/migrate";
import { type RunningPostgres, startPostgres } from "../../scripts/postgres";
import { clusterParent, clusterParents } from "./cluster-parent";

const PREFIX = "throughline-test-";

declare module "vitest" {
  interface ProvidedContext {
    /** Superuser's connection to the run's Postgres. */
    postgresAdminUrl: string;
    /** The application's connection to the migrated, empty database that each test file gets a copy of. */
    templateUrl: string;
  }
}

/**
 * One private Postgres for the whole test run, whichever projects are in it, with a migrated template database. It must
 * start: without it a run fails instead of skipping.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const run = globalThis as typeof globalThis & { testCluster?: Promise<Cluster>; testClusterUsers?: number };
  run.testCluster ??= start();
  run.testClusterUsers = (run.testClusterUsers ?? 0) + 1;
  const { home, postgres } = await run.testCluster;
  project.provide("postgresAdminUrl", postgres.adminUrl);
  project.provide("templateUrl", postgres.url);
  return async () => {
    run.testClusterUsers = (run.testClusterUsers ?? 0) - 1;
    if (run.testClusterUsers === 0) await tearDown(home, postgres);
  };
}

type Cluster = { home: string; postgres: RunningPostgres };

async function start(): Promise<Cluster> {
  await sweep();
  const home = mkdtempSync(join(clusterParent(), PREFIX));
  writeFileSync(join(home, "pid"), String(process.pid));
  const postgres = await startPostgres({ folder: join(home, "postgres"), durable: false });
  await migrate(postgres.url);
  return { home, postgres };
}

async function tearDown(home: string, postgres: RunningPostgres): Promise<void> {
  await postgres.stop();
  rmSync(home, { recursive: true, force: true });
}

/** Stops and removes leftovers of killed test runs. */
async function sweep(): Promise<void> {
  const homes = clusterParents().flatMap((parent) =>
    readdirSync(parent)
      .filter((entry) => entry.startsWith(PREFIX))
      .map((entry) => join(parent, entry)),
  );
  for (const home of homes) {
    const pidFile = join(home, "pid");
    if (!existsSync(pidFile) || isAlive(Number(readFileSync(pidFile, "utf8")))) continue;
    if (existsSync(join(home, "postgres", "cluster", "postmaster.pid"))) {
      const left = await startPostgres({ folder: join(home, "postgres"), durable: false });
      await left.stop();
    }
    rmSync(home, { recursive: true, force: true });
  }
}
