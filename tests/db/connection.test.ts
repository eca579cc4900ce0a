import { execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { createPool, createWriterPool } from "@/lib/db/pool";
import { createPrisma } from "@/lib/db/prisma";
import { completeUrl } from "../../scripts/database";
import { explainDatabaseError } from "../../scripts/explain";
import { drift, migrate } from "../../scripts/migrate";
import { type RunningPostgres, startPostgres } from "../../scripts/postgres";
import { runRandomSequence } from "../identity/run";
import { databaseOwner, newDatabaseName } from "../support/database";

/** Runs one statement and returns its rows. */
async function ask(url: string, statement: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

describe("?schema=", () => {
  const name = newDatabaseName();
  const plain = new URL(inject("templateUrl"));
  plain.pathname = `/${name}`;
  const url = `${plain.href}?schema=shop`;

  beforeAll(async () => {
    await ask(inject("postgresAdminUrl"), `CREATE DATABASE ${name} OWNER ${databaseOwner()}`);
    // Another application of Prisma's, with a migration under way.
    await ask(
      plain.href,
      `CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz,
         migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
         started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`,
    );
    await ask(plain.href, "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'x', 'theirs')");
    await ask(plain.href, "CREATE TABLE projects (theirs int)");
  });
  afterAll(() => ask(inject("postgresAdminUrl"), `DROP DATABASE ${name} WITH (FORCE)`));

  test("migrations, pools and Prisma use that schema, and leave the neighbour's tables alone", async () => {
    expect(await completeUrl(url)).toBe(url);
    expect((await migrate(url)).length).toBeGreaterThan(0);
    expect(await migrate(url)).toEqual([]);
    const schemas = "SELECT table_schema FROM information_schema.tables WHERE table_name = 'events'";
    expect(await ask(plain.href, schemas)).toEqual([{ table_schema: "shop" }]);
    expect((await drift(url)).filter((statement) => /^(CREATE|DROP) TABLE/.test(statement))).toEqual([]);

    const db = createWriterPool(url);
    const reading = createPool(url);
    const prisma = createPrisma(url);
    try {
      expect(await runRandomSequence(db, 3, 30)).toEqual([]);
      const { rows } = await reading.query("SELECT count(*)::int AS n FROM projects");
      expect(rows[0]?.n).toBe(1);
      expect(await prisma.project.count()).toBe(1);
    } finally {
      await Promise.all([db.end(), reading.end(), prisma.$disconnect()]);
    }
    expect(await ask(plain.href, "SELECT migration_name, finished_at FROM public._prisma_migrations")).toEqual([
      { migration_name: "theirs", finished_at: null },
    ]);
    expect(await ask(plain.href, "SELECT count(*)::int AS n FROM public.projects")).toEqual([{ n: 0 }]);
  });

  test("a database upgrades although a comment in an applied migration was edited since", async () => {
    await ask(url.replace("?schema=shop", ""), "UPDATE shop._prisma_migrations SET checksum = repeat('0', 64)");
    expect(await migrate(url)).toEqual([]);
  });
});

describe("a Postgres with a certificate of its own authority", () => {
  const folder = mkdtempSync(join(tmpdir(), "throughline-tls-"));
  const file = (name: string) => join(folder, name);
  let postgres: RunningPostgres;
  let url: string;

  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const authority = (name: string) =>
    openssl(
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.pem`,
      "-days",
      "2",
      "-subj",
      `/CN=${name}`,
    );

  beforeAll(async () => {
    postgres = await startPostgres({ folder: file("postgres"), durable: false });
    authority("ours");
    authority("others");
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=db");
    writeFileSync(file("names"), "subjectAltName=IP:127.0.0.1");
    openssl(
      "x509",
      "-req",
      "-in",
      "server.csr",
      "-CA",
      "ours.pem",
      "-CAkey",
      "ours.key",
      "-CAcreateserial",
      "-out",
      "server.crt",
      "-days",
      "2",
      "-extfile",
      "names",
    );
    const data = file("postgres/cluster");
    const { uid, gid } = statSync(data);
    for (const name of ["server.key", "server.crt"]) {
      execFileSync("cp", [file(name), join(data, name)]);
      execFileSync("chmod", ["600", join(data, name)]);
      if (process.getuid?.() === 0) chownSync(join(data, name), uid, gid);
    }
    await ask(postgres.adminUrl, "ALTER SYSTEM SET ssl = on");
    await ask(postgres.adminUrl, "SELECT pg_reload_conf()");
    url = postgres.url;
    await vi.waitFor(async () => expect(await ask(postgres.adminUrl, "SHOW ssl")).toEqual([{ ssl: "on" }]), 10_000);
  });
  afterAll(async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const refusal = (given: string, caFile?: string) =>
    completeUrl(given, caFile).then(
      () => "accepted",
      (error) => explainDatabaseError(error, given),
    );

  test("is reached with encryption by migrations, pools and Prisma with DATABASE_CA_FILE, which then is part of the URL", async () => {
    const complete = await completeUrl(url, file("ours.pem"));
    expect(new URL(complete).searchParams.get("sslrootcert")).toBe(file("ours.pem"));
    expect((await migrate(complete)).length).toBeGreaterThan(0);
    const own = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    for (const db of [createPool(complete), createWriterPool(complete)]) {
      expect((await db.query(own)).rows).toEqual([{ ssl: true }]);
      await db.end();
    }
    const prisma = createPrisma(complete);
    expect(await prisma.$queryRaw`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`).toEqual([{ ssl: true }]);
    await prisma.$disconnect();
  });

  test("is rejected with another authority or none, in a sentence that names the setting", async () => {
    const words = /is from an authority that is not trusted\. Set DATABASE_CA_FILE to the file/;
    expect(await refusal(url, file("others.pem"))).toMatch(words);
    expect(await refusal(`${url}?sslmode=verify-full`)).toMatch(words);
    expect(await refusal(`${url}?sslmode=verify-ca&sslrootcert=${file("others.pem")}`)).toMatch(words);
    expect(await refusal(url, file("nowhere.pem"))).toBe(
      `DATABASE_CA_FILE is ${file("nowhere.pem")}, which cannot be read.`,
    );
  });

  test("has its host name checked only if requested", async () => {
    const elsewhere = url.replace("127.0.0.1", "localhost");
    expect(await refusal(elsewhere, file("ours.pem"))).toMatch(/is for another host name.*sslmode=verify-ca/);
    expect(await refusal(`${elsewhere}?sslmode=verify-ca`, file("ours.pem"))).toBe("accepted");
    expect(await refusal(`${elsewhere}?sslmode=require`)).toBe("accepted");
  });

  test("sslmode=prefer is encrypted here, and plain where there is no TLS", async () => {
    expect(await completeUrl(`${url}?sslmode=prefer`)).toBe(`${url}?sslmode=prefer`);
    const without = inject("templateUrl");
    expect(await completeUrl(`${without}?sslmode=prefer`)).toBe(`${without}?sslmode=disable`);
    expect(await refusal(`${without}?sslmode=require`)).toMatch(
      /does not accept encrypted connections.*sslmode=disable/,
    );
  });
});
