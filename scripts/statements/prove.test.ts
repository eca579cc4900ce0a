import { beforeAll, describe, expect, test } from "vitest";
import { judgeStatements } from "./judge";
import { type Proof, prover } from "./prove";
import { tablesInSchema } from "./tables";

const sharded = new Set(["events", "identities", "spans"]);
let prove: (text: string, same?: readonly number[]) => Proof;
beforeAll(async () => {
  const made = await prover({ sharded, withProject: new Set([...sharded, "clients"]) });
  prove = (text, same = []) => made(text, same);
});

const BOUND: Record<string, string> = {
  "a parameter": "SELECT * FROM events WHERE project_id = $1::uuid AND name = 'x'",
  "a join on project_id":
    "SELECT 1 FROM events e JOIN identities i ON i.project_id = e.project_id AND i.id = e.actor_id WHERE e.project_id = $1",
  "a join that was named first": "SELECT 1 FROM events e JOIN identities i USING (project_id) WHERE i.project_id = $1",
  "an outer join on project_id":
    "SELECT 1 FROM events e LEFT JOIN spans s ON s.project_id = e.project_id WHERE e.project_id = $1",
  "rows compared": "SELECT 1 FROM events WHERE (project_id, id) = ($1, $2)",
  "a subquery that knows the outer row":
    "SELECT (SELECT max(id) FROM spans s WHERE s.project_id = e.project_id) FROM events e WHERE e.project_id = $1",
  "a lateral join": `SELECT 1 FROM events e CROSS JOIN LATERAL (
    SELECT id FROM spans s WHERE s.project_id = e.project_id LIMIT 1) s WHERE e.project_id = $1`,
  "a parameter passed through a CTE": `WITH given AS (SELECT $1::uuid AS project)
    SELECT 1 FROM given g JOIN events e ON e.project_id = g.project`,
  "a column passed through a CTE": `WITH one AS (SELECT * FROM identities WHERE project_id = $1)
    SELECT 1 FROM one JOIN events e ON e.project_id = one.project_id`,
  "a project found by its client":
    "SELECT 1 FROM clients c JOIN events e ON e.project_id = c.project_id WHERE c.project_id = $1",
  "a union of two sides": `SELECT 1 FROM (SELECT project_id FROM spans WHERE project_id = $1
    UNION ALL SELECT project_id FROM identities WHERE project_id = $1) u JOIN events e ON e.project_id = u.project_id`,
  "a recursion that stays": `WITH RECURSIVE r AS (SELECT project_id, id FROM identities WHERE project_id = $1
    UNION SELECT s.project_id, s.id FROM spans s JOIN r ON r.project_id = s.project_id) SELECT * FROM r`,
  "an insert of values": "INSERT INTO events (id, project_id) VALUES ($2, $1), ($3, $1)",
  "an insert of rows that are bound":
    "INSERT INTO spans (project_id, id) SELECT project_id, id FROM events WHERE project_id = $1 ON CONFLICT DO NOTHING",
  "an insert beside rows from arrays":
    "INSERT INTO spans (project_id, id) SELECT $1::uuid, u.id FROM unnest($2::bigint[]) u(id)",
  "an insert of a parameter beside whole rows":
    "INSERT INTO spans (project_id, id, from_ts) SELECT $1::uuid, q.* FROM unnest($2::bigint[], $3::bigint[]) q(a, b)",
  "an update from another table":
    "UPDATE spans s SET id = 1 FROM events e WHERE e.project_id = s.project_id AND s.project_id = $1",
  "a delete, and what it returns": `WITH deleted AS (DELETE FROM events WHERE project_id = $1 RETURNING project_id, id)
    INSERT INTO spans (project_id, id) SELECT project_id, id FROM deleted`,
  "Prisma's names": 'SELECT "public"."events"."id" FROM "public"."events" WHERE "public"."events"."project_id" = $1',
  "a masked view": "SELECT * FROM masked_events e WHERE e.project_id = $1",
};

const UNBOUND: Record<string, string> = {
  "no project at all": "SELECT * FROM events WHERE id = $1",
  "one of two tables": "SELECT 1 FROM events e JOIN spans s ON s.id = e.id WHERE e.project_id = $1",
  "a condition that is one of two": "SELECT 1 FROM events WHERE project_id = $1 OR name = 'x'",
  "a project that may be left out": "SELECT 1 FROM events WHERE project_id = coalesce($1, project_id)",
  "several projects": "SELECT 1 FROM events WHERE project_id = ANY($1::uuid[])",
  "a range": "SELECT 1 FROM events WHERE project_id > $1",
  "projects of an array": "INSERT INTO spans (project_id) SELECT u.p FROM unnest($1::uuid[]) u(p)",
  "an outer join that limits only its other side":
    "SELECT 1 FROM events e LEFT JOIN spans s ON s.project_id = e.project_id AND s.project_id = $1",
  "an outer join that limits itself only": "SELECT 1 FROM events e LEFT JOIN spans s ON e.project_id = $1",
  "a subquery that only shares the name":
    "SELECT 1 FROM events e WHERE e.project_id = $1 AND EXISTS (SELECT 1 FROM spans s WHERE s.id = e.id)",
  "a subquery that is limited from outside only":
    "SELECT 1 FROM (SELECT project_id FROM events) e WHERE project_id = $1",
  "one side of a union": "SELECT 1 FROM spans WHERE project_id = $1 UNION ALL SELECT 1 FROM events WHERE name = 'x'",
  "a recursion that wanders": `WITH RECURSIVE r AS (SELECT project_id, id FROM identities WHERE project_id = $1
    UNION SELECT s.project_id, s.id FROM spans s JOIN r ON r.id = s.id) SELECT * FROM r`,
  "an update of everything": "UPDATE spans SET id = 1",
  "a delete by another column": "DELETE FROM events WHERE id = ANY($1)",
  "an insert behind whole rows":
    "INSERT INTO spans (id, project_id) SELECT q.*, $1::uuid FROM unnest($2::bigint[]) q(a)",
  "a truncation": "TRUNCATE events",
  "a copy": "COPY events TO STDOUT",
  "an insert without a project": "INSERT INTO events (id) VALUES ($1)",
};

describe("a statement stays within one project with", () => {
  test.each(Object.entries(BOUND))("%s", (_, text) => {
    const { tables, unbound } = prove(text);
    expect(tables).not.toEqual([]);
    expect(unbound).toEqual([]);
  });
});

describe("a statement may leave its project with", () => {
  test.each(Object.entries(UNBOUND))("%s", (_, text) => {
    expect(prove(text).unbound).not.toEqual([]);
  });
});

test("two parameters count as one project only if they named the same when it ran", () => {
  const text = "SELECT 1 FROM events e, spans s WHERE e.project_id = $1 AND s.project_id = $2";
  expect(prove(text, [1, 1]).unbound).toEqual([]);
  expect(prove(text, [1, 2]).unbound).not.toEqual([]);
});

describe("the check after the database tests", () => {
  const planted = { text: "SELECT * FROM events WHERE id = $1", same: [1], from: "lib/timeline/timeline.queries.ts" };
  const fine = { text: "SELECT * FROM spans WHERE project_id = $1", same: [1], from: "lib/a.ts" };
  const judged = (ran: (typeof planted | { from: null; text: string; same: number[] })[], allowed: string[] = []) =>
    judgeStatements({
      ran,
      prove,
      sharded,
      allowed: allowed.map((holds) => ({ from: planted.from, holds, why: "a test" })),
    });

  test("fails on a planted statement without project_id, and names its file and table", () => {
    const { faults, proven } = judged([fine, planted]);
    expect(proven).toBe(1);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain("lib/timeline/timeline.queries.ts: not bound to one project: events");
  });

  test("accepts a listed exception, and fails on one that no statement needs", () => {
    expect(judged([planted], ["FROM events WHERE id = $9"])).toMatchObject({ faults: [], unused: [] });
    expect(judged([fine], ["FROM events WHERE id = $1"]).unused).toHaveLength(1);
  });

  test("leaves tests and migrations alone, but not what a library ran for the product", () => {
    const ofTest = { ...planted, from: "tests/x.test.ts" };
    expect(judged([ofTest, { ...planted, from: null }]).faults).toEqual([]);
    expect(judged([{ text: "UPDATE events SET name = ''", same: [], from: "scripts/migrate.ts" }]).faults).toEqual([]);
    expect(judged([{ ...planted, from: null }]).faults).toHaveLength(1);
  });

  test("names the tables that no statement touched", () => {
    expect(judged([fine]).unseen).toEqual(["events", "identities"]);
  });

  test("fails on a statement that it cannot parse", () => {
    expect(judged([{ ...planted, text: "SELECT project_id FROM FROM events" }]).faults).toHaveLength(1);
  });
});

test("every table of the schema is sharded, or belongs to the control plane", () => {
  const tables = tablesInSchema();
  expect(tables.sharded.has("events")).toBe(true);
  for (const table of ["clients", "projects", "project_roles", "member_views"])
    expect(tables.sharded.has(table)).toBe(false);
});
