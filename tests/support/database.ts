import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, inject, vi } from "vitest";
import { createPool, endPools } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";

/**
 * Runs before every test file of the `db` project: copies the migrated template into a separate database for the file
 * and points the application's configuration at it, so `pool()`, `prisma()` and `config()` work as in production. Files
 * share their worker's modules, so whatever the application keeps per process is forgotten after each.
 */
const environment = { ...process.env };
const name = `test_${randomBytes(8).toString("hex")}`;
const url = new URL(inject("templateUrl"));
const template = url.pathname.slice(1);
url.pathname = `/${name}`;

await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY OWNER throughline`);
process.env.DATABASE_URL = url.href;
process.env.AUTH_SECRET = randomBytes(24).toString("base64url");

afterAll(async () => {
  await Promise.all([endPools(), prisma().$disconnect()]);
  await asAdmin(`DROP DATABASE ${name} WITH (FORCE)`);
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  restoreEnvironment();
  for (const key of Object.keys(globalThis)) if (key.startsWith("throughline")) Reflect.deleteProperty(globalThis, key);
});

function restoreEnvironment(): void {
  for (const key of Object.keys(process.env)) if (!(key in environment)) Reflect.deleteProperty(process.env, key);
  Object.assign(process.env, environment);
}

/** This test file's database: its URL, and a new pool on it (beside `pool()`), which the test must end. */
export function testDatabase(connections = 4): { url: string; pool: pg.Pool } {
  return { url: url.href, pool: createPool(url.href, connections) };
}

async function asAdmin(statement: string): Promise<void> {
  const admin = new pg.Client({ connectionString: inject("postgresAdminUrl") });
  await admin.connect();
  try {
    await admin.query(statement);
  } finally {
    await admin.end();
  }
}
