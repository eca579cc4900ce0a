import { randomBytes, randomInt } from "node:crypto";
import fc from "fast-check";
import type pg from "pg";
import { afterAll, inject } from "vitest";
import { createPool, endPools } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { endReplica } from "@/lib/db/replica";
import { forgetBrowser } from "./browser";
import { watchProcess } from "./process-state";
import { configureCopy, onEach } from "./server";
import { collectStatements } from "./statements";

/**
 * Runs before every test file of the `db` project: copies the migrated template into a separate database for the file
 * and points the application's configuration at it, so `pool()`, `prisma()` and `config()` work as in production. Files
 * share their worker's modules, so whatever the application keeps per process is forgotten after each.
 */
const restoreProcess = watchProcess();
const url = new URL(inject("templateUrl"));
const template = url.pathname.slice(1);
const name = newDatabaseName();
url.pathname = `/${name}`;

// One for the file, so that a second attempt tries the same cases and a counterexample fails again.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: randomInt(2 ** 31 - 1) });

await collectStatements();
const copied = `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY OWNER ${databaseOwner()}`;
// Of a Citus each node has its part under the same name, so a copy of all of them is a copy of the whole.
await onEach(inject("nodeUrls"), [copied]);
await configureCopy(inject("nodeUrls"), name);
process.env.DATABASE_URL = url.href;
process.env.AUTH_SECRET = randomBytes(24).toString("base64url");

afterAll(async () => {
  await Promise.all([endPools(), endReplica(), prisma().$disconnect()]);
  await onEach(inject("nodeUrls"), [`DROP DATABASE ${name} WITH (FORCE)`]);
  restoreProcess();
  forgetBrowser();
});

/** This test file's database: its URL, and a new pool on it (beside `pool()`), which the test must end. */
export function testDatabase(connections = 4): { url: string; pool: pg.Pool } {
  return { url: url.href, pool: createPool(url.href, connections) };
}

/** The application's role, which owns the databases of a run. */
export function databaseOwner(): string {
  return new URL(inject("templateUrl")).username;
}

/** For another database of this run, which goes with it at the latest. */
export function newDatabaseName(): string {
  return `${new URL(inject("templateUrl")).pathname.slice(1)}_${randomBytes(8).toString("hex")}`;
}
