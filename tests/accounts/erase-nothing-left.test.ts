import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { ACCOUNT_JOBS, setAside } from "@/lib/debugger/set-aside.store";
import { changeAccountMerge, eraseAccount } from "@/lib/ingest/corrections/accounts";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { updateProject } from "@/lib/projects/settings.store";
import { grantScope } from "@/lib/scope";
import { makeModelProject } from "../identity/run";
import { tracesOf } from "../support/traces";
import { applyOperations, atMinute, described, makeEvent } from "./support";

/** The erased account's two ids, and an account that nobody erases. */
const GONE = ["gone-1", "gone-2"];
const STAYS = "stays";
const NOW = atMinute(60);

type Column = { table: string; column: string; isArray: boolean };

/** Every column of a project's tables that holds ids of accounts. A log keeps an account's id (decision 87). */
async function columnsOfIds(): Promise<Column[]> {
  const { rows } = await pool().query<Column>(
    `SELECT c.relname AS table, a.attname AS column, a.atttypid = 'text[]'::regtype AS "isArray"
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> 'access_log'
        AND a.atttypid = ANY('{text,text[]}'::regtype[])
        AND (a.attname IN ('account_id', 'merged_into') OR (c.relname, a.attname) IN
               (('account_aliases', 'a'), ('account_aliases', 'b'), ('alert_accounts', 'ids'), ('risk_outcomes', 'id'),
                ('set_aside', 'subject'), ('projects', 'internal_accounts')))
      ORDER BY 1, 2`,
  );
  return rows;
}

/** "table.column" for each that names one of these accounts. */
async function namedBy(projectId: string, ids: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const { table, column, isArray } of await columnsOfIds()) {
    const names = isArray ? `${column} && $2::text[]` : `${column} = ANY($2::text[])`;
    const project = table === "projects" ? "id" : "project_id";
    const { rowCount } = await pool().query(`SELECT FROM ${table} WHERE ${project} = $1 AND ${names} LIMIT 1`, [
      projectId,
      ids,
    ]);
    if (rowCount) found.push(`${table}.${column}`);
  }
  return found;
}

/** A value of each type that a required column may have. */
const VALUES: Record<string, string> = {
  bigint: "1",
  boolean: "true",
  date: "current_date",
  "date[]": "'{}'",
  "double precision": "0.5",
  integer: "1",
  "integer[]": "'{}'",
  jsonb: "'{}'",
  numeric: "1",
  real: "0.5",
  smallint: "1",
  text: "'x'",
  "text[]": "'{}'",
  "timestamp(3) with time zone": "now()",
  uuid: "gen_random_uuid()",
};

/** A row about the account in this table, also in tables that do not exist yet. */
async function plantRow(projectId: string, table: string, id: string): Promise<void> {
  const { rows } = await pool().query<{ column: string; type: string }>(
    `SELECT attname AS column, format_type(atttypid, atttypmod) AS type FROM pg_attribute
      WHERE attrelid = $1::regclass AND attnum > 0 AND attnotnull AND NOT atthasdef AND attidentity = ''
        AND NOT attisdropped AND attname NOT IN ('project_id', 'account_id')`,
    [table],
  );
  const values = rows.map(({ column, type }) => (column === "column_id" ? "7" : (VALUES[type] ?? `'${type}'`)));
  await pool().query(
    `INSERT INTO ${table} (${["project_id", "account_id", ...rows.map(({ column }) => column)].join()})
     VALUES (${["$1", "$2", ...values].join()})`,
    [projectId, id],
  );
}

/** People's activity for an account, which the facts job deletes after its erasure. */
const ACTIVITY = /^account_(?:people|events|days|weeks|names)$/;

/** What no test data below writes: rows of jobs and corrections, of each account and in every table. */
async function plantRows(projectId: string): Promise<void> {
  await pool().query(
    "INSERT INTO account_columns (project_id, key, id, wanted_on) VALUES ($1, 'plan', 7, current_date)",
    [projectId],
  );
  for (const id of [...GONE, STAYS]) {
    const named = await namedBy(projectId, [id]);
    const bare = (await columnsOfIds()).filter(
      (at) => at.column === "account_id" && !named.includes(`${at.table}.account_id`),
    );
    for (const { table } of bare) if (!ACTIVITY.test(table)) await plantRow(projectId, table, id);
    for (const job of ACCOUNT_JOBS) await setAside(pool(), projectId, job, id, "refused", NOW);
    await pool().query(
      `INSERT INTO risk_outcomes (project_id, subject, ago, id, probability, flagged, away)
       SELECT $1, s, 30, $2, 0.1, true, true FROM unnest('{accounts,champions}'::text[]) s`,
      [projectId, id],
    );
    // Of an alert's message that is about nobody else, and of an account that was once merged with this one.
    await pool().query(
      `WITH message AS (
         INSERT INTO alert_deliveries (project_id, id, alert_id, state, collects, created_at)
         SELECT $1, gen_random_uuid(), gen_random_uuid(), 'sent', false, now() RETURNING id)
       INSERT INTO alert_firings (project_id, alert_id, cause, at, fired_at, account_id, delivery_id)
       SELECT $1, gen_random_uuid(), 'planted', now(), now(), $2, id FROM message`,
      [projectId, id],
    );
    await pool().query(
      `INSERT INTO alert_accounts (project_id, alert_id, account_id, parts, ids, is_in, times)
       VALUES ($1, gen_random_uuid(), 'another', 'parts', ARRAY['another', $2], true, 1)`,
      [projectId, id],
    );
  }
}

test("after the erasure of an account no table names it, by any of its ids, and those of others are unchanged", async () => {
  const project = await makeModelProject(pool());
  const scope = grantScope(project.id, "member:test");
  for (const id of [...GONE, STAYS])
    await applyOperations(
      project,
      described(1, id, { name: `${id} Inc`, properties: { plan: `${id}-plan` } }),
      described(2, id, { name: `${id} Inc`, properties: { plan: `${id}-later-plan` } }),
      described(4, id, { name: `${id} Inc`, properties: { plan: `${id}-later-plan` } }),
      makeEvent(3, { user: "ada", groups: [id] }),
    );
  await changeAccountMerge(scope, [GONE[0] ?? "", GONE[1] ?? ""], true, NOW);
  await refreshAllFacts(pool(), project.id, NOW);
  await updateProject(scope, { internalAccounts: [...GONE, STAYS] });
  await plantRows(project.id);
  const everywhere = (await columnsOfIds()).map(({ table, column }) => `${table}.${column}`);
  expect(everywhere.length).toBeGreaterThan(20);
  expect(await namedBy(project.id, GONE)).toEqual(everywhere);
  const bystander = await namedBy(project.id, [STAYS]);

  await eraseAccount(scope, GONE[1] ?? "", NOW);

  const left = (await namedBy(project.id, GONE)).map((place) => place.split(".")[0] ?? "");
  const waiting = ["account_stale", "account_work"];
  expect(
    left.filter((table) => !ACTIVITY.test(table) && !waiting.includes(table)),
    "at once",
  ).toEqual([]);
  expect(await namedBy(project.id, [STAYS])).toEqual(bystander);
  const { rows: messages } = await pool().query("SELECT FROM alert_deliveries WHERE project_id = $1", [project.id]);
  expect(messages, "only the bystander's").toHaveLength(1);
  const { rows: accounts } = await pool().query(
    "SELECT name, type, properties, registers, first_seen, last_seen FROM accounts WHERE project_id = $1 AND id = ANY($2)",
    [project.id, GONE],
  );
  const empty = { name: null, type: null, properties: {}, registers: {}, first_seen: null, last_seen: null };
  expect(accounts).toEqual([empty, empty]);
  for (const id of GONE)
    await applyOperations(project, described(5, id, { name: `${id} Inc`, properties: { plan: `${id}-plan` } }));
  await refreshAllFacts(pool(), project.id, NOW);
  expect(await namedBy(project.id, GONE), "after the job").toEqual([]);
  for (const text of GONE.flatMap((id) => [`${id} Inc`, `${id}-plan`, `${id}-later-plan`]))
    expect(
      (await tracesOf(text)).filter((place) => !place.startsWith("statistics")),
      text,
    ).toEqual([]);
  for (const text of [`${STAYS} Inc`, `${STAYS}-later-plan`]) expect(await tracesOf(text), text).toContain("events");
});
