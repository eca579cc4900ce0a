import sql from "sql-template-tag";
import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { readHeavily } from "@/lib/reading/heavy.queries";
import { reading } from "@/lib/reading/reading";
import { jobReader, SEES_MASKED } from "@/lib/scope";

const projectId = newId();

test("a read that takes too long is cancelled in the database, and the error says what to do", async () => {
  const endless = sql`SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b /* endless */`;
  await expect(readHeavily(jobReader(projectId), endless, { work_mem: "4MB" }, 200)).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("narrower filter"),
  });
  const { rows } = await pool().query(
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%/* endless */' AND state = 'active'",
  );
  expect(rows).toEqual([]);
});

test("the settings of the limit end with the read", async () => {
  const settings = sql`SELECT current_setting('work_mem') AS memory, current_setting('statement_timeout') AS timeout`;
  const { rows: during } = await readHeavily(jobReader(projectId), settings, { work_mem: "9MB" });
  expect(during).toEqual([{ memory: "9MB", timeout: "30s" }]);
  const { rows: after } = await pool().query(settings);
  expect(after).not.toContainEqual(during[0]);
  await expect(readHeavily(jobReader(projectId), sql`SELECT 1 / 0`)).rejects.toMatchObject({ code: "22012" });
});

test("every statement of a masked reader, whose views may hide an index, has the limit, and no later one", async () => {
  const limit = sql`SELECT current_setting('statement_timeout') AS timeout`;
  const masked = reading({ projectId, sight: SEES_MASKED });
  expect((await masked.query(limit)).rows).toEqual([{ timeout: "30s" }]);
  expect((await masked.query("SELECT $1::int + 1 AS n", [1])).rows).toEqual([{ n: 2 }]);
  expect((await pool().query(limit)).rows).toEqual([{ timeout: "0" }]);
  const endless = "SELECT set_config('statement_timeout', '100', true), pg_sleep(0)";
  await expect(masked.query(`${endless}; SELECT pg_sleep(60)`)).rejects.toMatchObject({ code: "unavailable" });
  await expect(masked.query("SELECT 1 / 0")).rejects.toMatchObject({ code: "22012" });
});
