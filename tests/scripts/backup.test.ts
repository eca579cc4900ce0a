import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { createPool, pool, writerPool } from "@/lib/db/pool";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { enqueue, viaPool } from "@/lib/queue/queue.store";
import { backUp, type Manifest } from "../../scripts/backup/dump";
import { restore } from "../../scripts/backup/load";
import { sequence, toOperation } from "../identity/generate";
import { compareWithModel, makeModelProject, runRandomSequence, sendOperations } from "../identity/run";
import { onCitus } from "../support/citus";
import { databaseOwner, testDatabase } from "../support/database";

const folder = mkdtempSync(join(tmpdir(), "throughline-backup-"));
const kept = join(folder, "backup");
const { url, pool: own } = testDatabase();
const ops = sequence(31, 80);
let project: Awaited<ReturnType<typeof makeModelProject>>;
let manifest: Manifest;
const targets: string[] = [];

/** An empty database beside the test's own. */
async function emptyDatabase(): Promise<string> {
  const target = new URL(url);
  const name = `${target.pathname.slice(1)}_${targets.length}`;
  target.pathname = `/${name}`;
  await asAdmin(`CREATE DATABASE ${name} OWNER ${databaseOwner()}`);
  targets.push(name);
  return target.href;
}

async function asAdmin(statement: string): Promise<void> {
  const admin = new pg.Client({ connectionString: inject("postgresAdminUrl") });
  await admin.connect();
  await admin.query(statement);
  await admin.end();
}

/** As on an instance that was updated between two migrations, of which the earlier one came later. */
async function moveColumn(): Promise<void> {
  for (const statement of [
    "ALTER TABLE projects RENAME avatars TO moved",
    "ALTER TABLE projects ADD COLUMN avatars boolean DEFAULT false",
    "UPDATE projects SET avatars = moved",
    "ALTER TABLE projects DROP COLUMN moved",
    "ALTER TABLE projects ALTER COLUMN avatars SET NOT NULL",
  ])
    await pool().query(statement);
}

beforeAll(async () => {
  await moveColumn();
  project = await makeModelProject(pool());
  for (let at = 0; at < ops.length; at += 8)
    await sendOperations(
      writerPool(),
      project,
      ops.slice(at, at + 8).map((op) => toOperation(op)),
    );
  expect(await runRandomSequence(writerPool(), 77, 60)).toEqual([]);
  await refreshAllFacts(pool(), project.id);
  await enqueue(viaPool(pool()), "alert", {
    id: "0190a3f0-7f2c-7000-8000-000000000001",
    data: { projectId: project.id },
  });
  manifest = await backUp(url, kept, () => {});
});
afterAll(async () => {
  await own.end();
  for (const name of targets) await asAdmin(`DROP DATABASE ${name} WITH (FORCE)`);
  rmSync(folder, { recursive: true });
});

/** A hash of the rows of each table, and of what makes them up: columns, indexes, keys, triggers, sequences. */
async function contentsOf(databaseUrl: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows: tables } = await client.query<{ place: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS place FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p'
        AND n.nspname IN ('public', 'pgboss') AND c.relname NOT IN ('_prisma_migrations', 'version', 'queue') ORDER BY 1`,
  );
  const found: Record<string, string> = {};
  for (const { place } of tables) {
    const { rows } = await client.query<{ hash: string; count: string }>(
      `SELECT count(*) AS count, md5(string_agg(row, E'\\n' ORDER BY row COLLATE "C")) AS hash
         FROM (SELECT to_jsonb(t)::text AS row FROM ${place} t) r`,
    );
    found[place] = `${rows[0]?.count} ${rows[0]?.hash}`;
  }
  const { rows: shape } = await client.query<{ what: string }>(`
    SELECT indexdef AS what FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || convalidated || pg_get_constraintdef(oid)
                FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT sequencename || ' ' || last_value FROM pg_sequences WHERE schemaname = 'public'
    ORDER BY 1`);
  found.shape = shape.map(({ what }) => what).join("\n");
  await client.end();
  return found;
}

test("a restored backup equals the database it was made from, and works from there on", async () => {
  const target = await emptyDatabase();
  await restore(target, kept, () => {});
  const [before, after] = [await contentsOf(url), await contentsOf(target)];
  // Restored into a database without distributed tables, which has no triggers and constraints of Citus' own.
  if (onCitus()) before.shape = after.shape ?? "";
  expect(Object.values(before).filter((rows) => !/^0 /.test(rows)).length).toBeGreaterThan(12);
  expect(after).toEqual(before);
  const restored = createPool(target, 4);
  try {
    expect(await compareWithModel(restored, project, ops)).toEqual([]);
    await expect(runRandomSequence(restored, 78, 30)).resolves.toEqual([]); // new numbers do not meet old ones
  } finally {
    await restored.end();
  }
});

test("an interrupted backup ends at once and leaves nothing behind", async () => {
  const interruption = new AbortController();
  const half = join(folder, "half");
  const stopped = backUp(url, half, () => interruption.abort(), interruption.signal); // after the first table with rows
  await expect(stopped).rejects.toThrow("aborted");
  expect(readdirSync(folder).filter((name) => name.startsWith("half"))).toEqual([]);
});

test("a backup that cannot be restored is refused in one sentence, and nothing is stored", async () => {
  const target = await emptyDatabase();
  const broken = (name: string, change: (file: string) => void) => {
    const copy = join(folder, name);
    rmSync(copy, { recursive: true, force: true });
    cpSync(kept, copy, { recursive: true });
    change(copy);
    return restore(target, copy, () => {});
  };
  const edit = (copy: string, change: (manifest: Manifest) => void) => {
    const changed = structuredClone(manifest);
    change(changed);
    writeFileSync(join(copy, "manifest.json"), JSON.stringify(changed));
  };
  await expect(
    broken("flipped", (copy) => {
      const bytes = readFileSync(join(copy, "events.copy.gz"));
      bytes[40] = (bytes[40] ?? 0) ^ 1;
      writeFileSync(join(copy, "events.copy.gz"), bytes);
    }),
  ).rejects.toThrow("events.copy.gz is missing or damaged. Nothing was restored.");
  await expect(
    broken("newer", (copy) => edit(copy, ({ migrations }) => migrations.push("29990101000000_later"))),
  ).rejects.toThrow("newer version");
  await expect(
    broken("short", (copy) =>
      edit(copy, ({ tables }) => {
        for (const table of tables) if (table.name === "events") table.rows += 1;
      }),
    ),
  ).rejects.toThrow(/events\.copy\.gz has \d+ rows instead of/);
  await expect(restore(target, join(folder, "none"), () => {})).rejects.toThrow("holds no backup");
  const client = new pg.Client({ connectionString: target });
  await client.connect();
  const { rows } = await client.query(
    "SELECT (SELECT count(*) FROM events)::int + (SELECT count(*) FROM projects)::int AS n",
  );
  await client.end();
  expect(rows).toEqual([{ n: 0 }]);
  await expect(restore(url, kept, () => {})).rejects.toThrow("in use");
  await expect(backUp(url, kept, () => {})).rejects.toThrow("exists already");
});
