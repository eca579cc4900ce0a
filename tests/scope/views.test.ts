import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { MASKED_TABLES } from "@/lib/db/reading";

const one = async (text: string, values: unknown[]): Promise<unknown> =>
  (await pool().query<{ v: unknown }>(`SELECT ${text} AS v`, values)).rows[0]?.v;

test("each masked table has a view with exactly its columns and types", async () => {
  const columns = async (table: string) =>
    (
      await pool().query(
        `SELECT attname, atttypid FROM pg_attribute
          WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attname`,
        [table],
      )
    ).rows;
  for (const table of MASKED_TABLES) {
    const own = await columns(table);
    expect(own.length, table).toBeGreaterThan(2);
    expect(await columns(`masked_${table}`), "SELECT make_masked_views() in the migration").toEqual(own);
  }
  const { rowCount } = await pool().query("SELECT FROM pg_class WHERE relkind = 'v' AND relname LIKE 'masked\\_%'");
  expect(rowCount).toBe(MASKED_TABLES.length);
});

test.each([
  ["ada@example.com", "[hidden]"],
  ["/u/ada%40example.com/x?y=1", "/u/[hidden]/x?y=1"],
  ["Hello ada@example.com, bye", "Hello [hidden], bye"],
  ["/pricing", "/pricing"],
  [null, null],
])("an address in %s is hidden", async (given, shown) => {
  expect(await one("masked_text($1)", [given])).toBe(shown);
});

test("keys are compared without case and punctuation, at any depth and as paths", async () => {
  const keys = ["email", "address.street"];
  const given = {
    "E-Mail": 1,
    plan: "pro",
    "address.street": "x",
    "address.city": "y",
    list: [{ email: 2, ok: "a@b.c" }],
    "contact.email": 3,
  };
  expect(await one("masked_json($1::jsonb, $2::text[])", [JSON.stringify(given), keys])).toEqual({
    plan: "pro",
    "address.city": "y",
    list: [{ ok: "[hidden]" }],
  });
});

test("a rule keeps its shape, without the values of what is personal", async () => {
  const rule = {
    kind: "and",
    of: [
      { kind: "property", key: "email", type: "text", is: "oneOf", values: ["x"] },
      { kind: "property", key: "phone", type: "number", is: "between", min: 1, max: 2 },
      { kind: "property", key: "plan", type: "text", is: "oneOf", values: ["pro", "a@b.c"] },
    ],
  };
  expect(await one("masked_rule($1::jsonb, $2::text[])", [JSON.stringify(rule), ["email", "phone"]])).toEqual({
    kind: "and",
    of: [
      { kind: "property", key: "email", type: "text", is: "oneOf", values: ["[hidden]"] },
      { kind: "property", key: "phone", type: "number", is: "between", min: 0, max: 0 },
      { kind: "property", key: "plan", type: "text", is: "oneOf", values: ["pro", "[hidden]"] },
    ],
  });
});
