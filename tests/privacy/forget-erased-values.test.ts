import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { forgetErasedValues } from "@/lib/privacy/forget-erased-values.store";
import { makeModelProject } from "@/tests/identity/run";
import { wordsInStatistics } from "../support/statistics";

/** Tables that masked views read beside the view's own. */
const LOOKUP_TABLES = {
  sorted_columns: "(project_id, key, wanted_on) SELECT $1, 'private' || n, now()",
  account_columns: "(project_id, key, wanted_on) SELECT $1, 'private' || n, now()",
  identities: "(project_id, kind, ext_id, stream_class) SELECT $1, 'a', 'private' || n, 'sdk'",
} as const;

test.each(Object.entries(LOOKUP_TABLES))(
  "an empty %s keeps no erased values, though views of other tables read it",
  async (table, rows) => {
    const { id } = await makeModelProject(pool());
    const kept = async () => (await wordsInStatistics(["private"])).filter((one) => one.table === table).length;
    await pool().query(`DELETE FROM ${table}`);
    await pool().query(`INSERT INTO ${table} ${rows} FROM generate_series(1, 9) n`, [id]);
    await pool().query(`ANALYZE ${table}`);
    expect(await kept()).toBeGreaterThan(0);
    await pool().query(`DELETE FROM ${table}`);
    await pool().query(
      `INSERT INTO erase_jobs (project_id, id, requested_by, requested_at, finished_at)
     VALUES ($1, $2, 'test', now(), now())`,
      [id, newId()],
    );
    await forgetErasedValues(pool());
    expect(await kept()).toBe(0);
  },
);
