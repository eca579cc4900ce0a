import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { isAlive } from "../../scripts/lock.mjs";
import { migrate } from "../../scripts/migrate";
import { startPostgres } from "../../scripts/postgres";
import { STATEMENTS } from "../../scripts/statements/ran";
import { clusterParent, clusterParents } from "./cluster-parent";
import { externalServer, type TestServer } from "./server";

const PREFIX = "throughline-test-";

declare module "vitest" {
  interface ProvidedContext {
    /** Superuser's connection to the run's Postgres. */
    postgresAdminUrl: string;
    /** The same to each node, if it is a Citus. */
    nodeUrls: string[];
    /** The application's connection to the migrated, empty database that each test file gets a copy of. */
    templateUrl: string;
  }
}

/**
 * One Postgres for the whole test run, whichever projects are in it, with a migrated template database: a private one,
 * or the one that TEST_DATABASE_URL names. It must start: without it a run fails instead of skipping.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const run = globalThis as typeof globalThis & { testServer?: Promise<TestServer>; testServerUsers?: number };
  run.testServer ??= start();
  run.testServerUsers = (run.testServerUsers ?? 0) + 1;
  const { adminUrls, url, stop } = await run.testServer;
  project.provide("postgresAdminUrl", adminUrls[0] ?? "");
  project.provide("nodeUrls", adminUrls);
  project.provide("templateUrl", url);
  return async () => {
    run.testServerUsers = (run.testServerUsers ?? 0) - 1;
    if (run.testServerUsers === 0) await stop();
  };
}

async function start(): Promise<TestServer> {
  forgetStatements();
  const { TEST_DATABASE_URL } = process.env;
  return TEST_DATABASE_URL ? await externalServer(TEST_DATABASE_URL) : await privateServer();
}

/** Those of earlier runs; of another one under way they stay. */
function forgetStatements(): void {
  const files = existsSync(STATEMENTS) ? readdirSync(STATEMENTS) : [];
  for (const file of files) if (!isAlive(Number.parseInt(file, 10))) rmSync(join(STATEMENTS, file), { force: true });
}

async function privateServer(): Promise<TestServer> {
  await sweep();
  const home = mkdtempSync(join(clusterParent(), PREFIX));
  writeFileSync(join(home, "pid"), String(process.pid));
  const { url, adminUrl, stop } = await startPostgres({ folder: join(home, "postgres"), durable: false });
  await migrate(url);
  return {
    adminUrls: [adminUrl],
    url,
    stop: async () => {
      await stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
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
