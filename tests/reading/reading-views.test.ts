import { beforeAll, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { newId } from "@/lib/ids";
import { MASKED_TABLES } from "@/lib/reading/masked-tables";

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

test("a masked rule keeps its shape, without personal values", async () => {
  const rule = {
    kind: "and",
    of: [
      { kind: "property", key: "email", type: "text", is: "oneOf", values: ["x"] },
      { kind: "property", key: "phone", type: "number", is: "between", min: 1, max: 2 },
      { kind: "property", key: "plan", type: "text", is: "oneOf", values: ["pro", "a@b.c"] },
      { kind: "property", key: "phone.since", type: "date", is: "before", at: "1990-01-05" },
      { kind: "property", key: "phone.since", type: "date", is: "inLast", days: 12 },
      { kind: "did", where: [{ kind: "property", key: "email", type: "text", is: "contains", value: "x" }] },
      { kind: "time", field: "lastSeen", is: "before", at: "1990-01-05" },
      { kind: "search", text: "Ada" },
      { kind: "whose", test: { of: "search", text: "Engines" } },
    ],
  };
  expect(await one("masked_rule($1::jsonb, $2::text[])", [JSON.stringify(rule), ["email", "phone"]])).toEqual({
    kind: "and",
    of: [
      { kind: "property", key: "email", type: "text", is: "oneOf", values: ["[hidden]"] },
      { kind: "property", key: "phone", type: "number", is: "between", min: 0, max: 0 },
      { kind: "property", key: "plan", type: "text", is: "oneOf", values: ["pro", "[hidden]"] },
      { kind: "property", key: "phone.since", type: "date", is: "before", at: "1970-01-01" },
      { kind: "property", key: "phone.since", type: "date", is: "inLast", days: 1 },
      { kind: "did", where: [{ kind: "property", key: "email", type: "text", is: "contains", value: "[hidden]" }] },
      { kind: "time", field: "lastSeen", is: "before", at: "1990-01-05" },
      { kind: "search", text: "[hidden]" },
      { kind: "whose", test: { of: "search", text: "Engines" } },
    ],
  });
});

let projectId: string;
beforeAll(async () => {
  const { id: organizationId } = await prisma().organization.create({ data: { id: newId(), name: "Shop" } });
  projectId = newId();
  const personalProperties = ["birthday"];
  const project = { id: projectId, organizationId, name: "Shop", identifySecret: "x", personalProperties };
  await prisma().project.create({ data: project });
});

/** Reads what a masked view would show of a row of its table. */
async function viewOf(table: string): Promise<(row: object) => Promise<Record<string, unknown> | undefined>> {
  const { rows: found } = await pool().query<{ sql: string }>("SELECT pg_get_viewdef($1::regclass) AS sql", [
    `masked_${table}`,
  ]);
  const given = `(SELECT (jsonb_populate_record(NULL::${table}, $1)).*) t`;
  const text = found[0]?.sql.replace(new RegExp(`(?<=FROM \\(?)${table} t\\b`), () => given).replace(/;$/, "") ?? "";
  expect(text, table).toContain(given);
  return async (row) => (await pool().query(text, [JSON.stringify({ project_id: projectId, ...row })])).rows[0];
}

const words = (text: string): string[] => text.split(/\s+/);
const ADDRESS = "qqaddress@private.example";
const ENCODED = "qqencoded%40private.example";
/** Of each type that can hold a text, a value of which all is to be hidden but "Qqseen". */
const VALUES: Record<string, unknown> = {
  text: `Qqseen ${ADDRESS}`,
  "text[]": [`Qqseen ${ADDRESS}`],
  jsonb: {
    plan: `Qqseen ${ADDRESS}`,
    "Birth-Day": "Qqhidden",
    [ADDRESS]: 1,
    [ENCODED]: 1,
    list: [{ birthday: "Qqhidden" }],
  },
  bytea: "\\x51717365656e",
};

/**
 * Of the columns that can hold a text, those of which masked sight sees nothing, and those that it sees with addresses:
 * they hold words of ours or events' own data, or are keys, whose addresses lib/reading/stand-ins.ts hides. (A rule has
 * keys of its own, above.)
 */
const SHOWN: Record<string, { nothing?: string[]; everything?: string[] }> = {
  identities: { nothing: ["ext_id"], everything: ["kind", "stream_class"] },
  profiles: { nothing: ["display_id", "name", "email", "avatar", "search_text"] },
  profile_facts: {
    nothing: ["handle", "name", "email", "name_key", "search_text"],
    everything: words(`country city device browser os accounts sign_up state consent
                       consent_version`),
  },
  profile_values: { nothing: ["value"] },
  prop_ops: { nothing: ["key"], everything: ["mode"] },
  events: { everything: words("kind name origin country city device browser os groups warnings") },
  sessions: { everything: ["context"] },
  day_counts: { everything: ["kind"] },
  account_notes: { everything: ["account_id"] },
  accounts: { everything: ["id", "type", "merged_into"] },
  account_facts: { nothing: ["search_text"], everything: ["account_id", "type", "domain", "feature_people", "state"] },
  account_values: { nothing: ["value"], everything: ["account_id"] },
  account_changes: { nothing: ["key"], everything: ["account_id"] },
  segments: { everything: ["subject", "rule", "created_by"] },
  alerts: { nothing: ["endpoint"], everything: words("trigger channel host pace zone origin created_by") },
};

test("no column shows an address, or what is under a personal key, but those that are listed", async () => {
  const shown: typeof SHOWN = {};
  for (const table of MASKED_TABLES) {
    const { rows: columns } = await pool().query<{ name: string; type: string }>(
      `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
        WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
      [table],
    );
    const view = await viewOf(table);
    for (const { name, type } of columns.filter((column) => column.type in VALUES)) {
      const row = await view({ key: "plan", value: 1, [name]: VALUES[type] });
      const text = JSON.stringify(row?.[name] ?? "");
      const kept = ["Qqseen", "Qqhidden", ADDRESS, ENCODED].filter((mark) => text.includes(mark)).join();
      if (kept === "Qqseen") continue;
      const of = kept === "" && !text.includes("x5171") ? "nothing" : "everything";
      shown[table] = { ...shown[table], [of]: [...(shown[table]?.[of] ?? []), name] };
    }
  }
  const sorted = (all: typeof SHOWN) =>
    Object.fromEntries(
      Object.entries(all).map(([table, { nothing = [], everything = [] }]) => [
        table,
        { nothing: nothing.toSorted(), everything: everything.toSorted() },
      ]),
    );
  expect(sorted(shown)).toEqual(sorted(SHOWN));
});

test.each([
  ["profile_values", "sorted_columns", { "p:birthday": false, "p:plan": true, name: false, country: true }],
  ["account_values", "account_columns", { birthday: false, plan: true, name: true }],
])("%s sorts only by what may be seen, and an address has no place in that order", async (table, list, keys) => {
  for (const [key, isSeen] of Object.entries(keys)) {
    const { rows } = await pool().query<{ id: number }>(
      `INSERT INTO ${list} (project_id, key, wanted_on) VALUES ($1, $2, now()) RETURNING id`,
      [projectId, key],
    );
    const view = await viewOf(table);
    const seen = async (value: unknown) => (await view({ column_id: rows[0]?.id, value })) !== undefined;
    expect(await seen("pro"), key).toBe(isSeen);
    for (const address of ["a@b.example", "a%40b.example", ["x", "a@b.example"]])
      expect(await seen(address), key).toBe(false);
  }
});

test.each([
  ["identities", "ext_id"],
  ["profiles", "display_id"],
  ["profile_facts", "handle"],
])("%s shows a number instead of an id that is an address, also of one encoded as in a URL", async (table, column) => {
  const view = await viewOf(table);
  for (const id of ["a@b.example", "a%40b.example", "~7"])
    expect(String((await view({ id: 7, [column]: id }))?.[column]), id).toMatch(/^~7?$/);
  expect((await view({ id: 7, [column]: "user-40" }))?.[column]).toBe("user-40");
});

test.each(["prop_ops", "account_changes"])("%s shows no change of a personal key, nor of an address", async (table) => {
  const view = await viewOf(table);
  const isSeen = async (key: string) => (await view({ key, value: 1 })) !== undefined;
  for (const key of ["birthday", "Birth Day", "birthday.year", "a@b.example", "a%40b.example"])
    expect(await isSeen(key)).toBe(false);
  expect(await isSeen("plan")).toBe(true);
});
