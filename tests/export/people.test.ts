import { setTimeout } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { exportColumns, exportCsv } from "@/lib/export/people";
import { newId } from "@/lib/ids";
import { grantScope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import { parseCsv } from "../support/csv";
import { retainedMemory } from "../support/memory";

/** With names long enough that the file is much larger than what a stream keeps. */
const PEOPLE = 25_000;
const projectId = newId();
const scope = grantScope(projectId, "system:test");

beforeAll(async () => {
  await pool().query(
    `INSERT INTO profiles (project_id, id, display_id, name, email, props, created_at)
     SELECT $1, i, 'user-' || i, CASE WHEN i % 2 = 0 THEN '=cmd|''/c calc''!A' || i ELSE 'Ada "A", ' || i || repeat(' and so on', 35) END, 'p' || i || '@x.example',
            jsonb_build_object('plan', CASE WHEN i % 10 = 0 THEN 'pro' ELSE 'free' END, 'seats', -i, 'tags', jsonb_build_array('a', 'b')), now()
       FROM generate_series(1, $2::int) i`,
    [projectId, PEOPLE],
  );
  await pool().query(
    "INSERT INTO profile_stats (project_id, profile_id, event_count) SELECT $1, i, i FROM generate_series(1, $2::int) i",
    [projectId, PEOPLE],
  );
  await pool().query(
    `INSERT INTO profile_facts (project_id, person, event_count, sessions, active_days, days_7, days_30, days_90, events_7, events_30, events_90, handle, computed_on)
     SELECT $1, i, i, 1, 1, 0, 0, 0, 0, 0, 0, 'user-' || i, current_date FROM generate_series(1, $2::int) i`,
    [projectId, PEOPLE],
  );
  await pool().query("ANALYZE profiles, profile_facts, profile_stats");
}, 120_000);

test("a list is exported as CSV, completely, with the chosen columns, and no cell runs as a formula", async () => {
  const filter = await compileRule(scope, {
    kind: "and",
    of: [{ kind: "property", key: "plan", type: "text", is: "oneOf", values: ["pro"] }],
  });
  const response = await exportCsv(
    scope,
    { filter, sort: { by: "events", order: "desc" } },
    exportColumns("ref,name,events,p:seats,p:tags,p:=none"),
  );
  expect(response.headers.get("content-disposition")).toMatch(/attachment; filename="users-\d{4}-\d\d-\d\d\.csv"/);
  expect(response.headers.get("cache-control")).toBe("no-store");
  const bytes = Buffer.from(await response.clone().arrayBuffer());
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]); // Excel recognises UTF-8 only by a byte order mark
  const rows = parseCsv(await response.text());
  expect(rows[0]).toEqual(["ref", "name", "events", "seats", "tags", "'=none"]);
  expect(rows).toHaveLength(1 + PEOPLE / 10);
  expect(rows[1]).toEqual([
    `u:user-${PEOPLE}`,
    `'=cmd|'/c calc'!A${PEOPLE}`,
    `${PEOPLE}`,
    `-${PEOPLE}`,
    '["a", "b"]',
    "",
  ]);
  expect(rows.at(-1)?.[0]).toBe("u:user-10");
});

test("everybody is exported at the reader's pace: less is kept in memory than the file holds", async () => {
  const before = retainedMemory();
  const response = await exportCsv(scope, {}, exportColumns(null));
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let [bytes, lines, kept] = [0, -1, 0]; // -1: the header
  for (let chunk = 0; ; chunk++) {
    const { value, done } = await reader.read();
    if (done) break;
    bytes += value.length;
    for (const byte of value) if (byte === 10) lines++;
    if (chunk === 1) await setTimeout(500); // A writer that doesn't wait for its reader gets ahead here.
    if (chunk % 20 === 1) kept = Math.max(kept, retainedMemory() - before);
  }
  expect(lines).toBe(PEOPLE);
  expect(bytes).toBeGreaterThan(5_000_000);
  expect(kept).toBeLessThan(bytes);
}, 60_000);

test("a reader who goes away leaves no connection and no slot taken", async () => {
  // Autovacuum's workers are listed there too.
  const clients =
    "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'";
  const connections = async () => Number((await pool().query(clients)).rows[0]?.count);
  const before = await connections();
  for (let i = 0; i < 6; i++) {
    const reader = ((await exportCsv(scope, {}, exportColumns(null))).body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await reader.read();
    await reader.cancel();
  }
  await expect.poll(connections).toBeLessThanOrEqual(before);
});

test("a member may run two at once: the third has to wait, another member does not", async () => {
  const open = [];
  for (let i = 0; i < 2; i++) open.push(await exportCsv(scope, {}, exportColumns("ref")));
  await expect(exportCsv(scope, {}, exportColumns("ref"))).rejects.toMatchObject({ code: "rate_limited" });
  const colleague = grantScope(scope.projectId, "member:colleague");
  open.push(await exportCsv(colleague, {}, exportColumns("ref")));
  for (const response of open) await response.body?.cancel();
  await (await exportCsv(scope, {}, exportColumns("ref"))).body?.cancel();
});

test("another project's export only has a header; an unknown column is named", async () => {
  const stranger = grantScope(newId(), "system:test");
  expect(parseCsv(await (await exportCsv(stranger, {}, exportColumns("ref"))).text())).toEqual([["ref"]]);
  expect(() => exportColumns("ref,".repeat(201))).toThrow("At most 200 columns");
  expect(() => exportColumns("ref,shoe")).toThrow(expect.objectContaining({ code: "bad_request", field: "columns" }));
});
