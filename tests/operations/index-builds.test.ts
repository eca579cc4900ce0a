import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { indexBuilds } from "@/lib/operations/index-builds.queries";
import { connectTo } from "../../scripts/database";
import { progressLine } from "../../scripts/migrate-progress";

test("an index being built is reported with its table and progress, until it is there", async () => {
  const builder = await connectTo(process.env.DATABASE_URL as string);
  await builder.query(`
    CREATE TABLE slowly (n int);
    INSERT INTO slowly SELECT generate_series(1, 5000);
    CREATE FUNCTION dawdle(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(0.0005); RETURN n; END $$`);
  const building = builder.query("CREATE INDEX slowly_idx ON slowly (dawdle(n))");
  const seen = new Set<number>();
  let isOver = false;
  const over = building.finally(() => {
    isOver = true;
  });
  for (; !isOver; await setTimeout(20))
    for (const { table, percent } of await indexBuilds(pool())) if (table === "slowly") seen.add(percent);
  await over;
  expect(seen.size).toBeGreaterThan(3);
  expect(Math.max(...seen)).toBeLessThan(100);
  expect(await indexBuilds(pool())).toEqual([]);
  await builder.query("DROP TABLE slowly; DROP FUNCTION dawdle");
  await builder.end();
});

test("a migration that runs for long is reported by its name", async () => {
  const client = await connectTo(process.env.DATABASE_URL as string);
  expect(await progressLine(client)).toBeNull();
  await client.query(`
    INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, applied_steps_count)
    VALUES ('x', 'x', '20990101000000_long', now(), 0)`);
  expect(await progressLine(client)).toMatch(/^Migrating the database: 20990101000000_long \(\d+ done before it\)…$/);
  await client.query("DELETE FROM _prisma_migrations WHERE id = 'x'");
  await client.end();
});
