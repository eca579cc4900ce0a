import sql, { raw, type Sql } from "sql-template-tag";
import { isInStates, trendValue } from "@/lib/accounts/list/health.queries";
import { ACCOUNT_COLUMNS } from "@/lib/columns/accounts";
import { searchPatterns, soughtText, textFound } from "@/lib/db/search-text.queries";
import { likeSql, not, propertySql, timeSql } from "./property.queries";
import type { AccountTest, AccountTestOf } from "./rule";

/** Tests that an account's own row answers. */
export type RowTest = Exclude<AccountTest, { of: "state" | "segment" | "members" | "did" | "firstDid" }>;

const CENTS = 100;

const stored = (key: string): Sql => {
  if (key === "name") return sql`coalesce(f.name, f.account_id)`;
  if (key === "id") return sql`f.account_id`;
  return sql`f.${raw(ACCOUNT_COLUMNS.find((column) => column.key === key)?.stored ?? "")}`;
};

/**
 * Over `f` (account_facts). Numbers, times and health are compared as they are stored, so account_facts_*_idx can be
 * walked; properties by containment (account_facts_properties_idx); parts of texts read every row.
 */
export function rowTestSql(test: RowTest, now: number): Sql {
  switch (test.of) {
    case "property":
      return propertySql(test.test, { props: sql`f.properties`, sparse: false, sets: "probe" }, now);
    case "health":
      return test.is === "oneOf" ? isInStates(test.values) : not(isInStates(test.values));
    case "search":
      return textFound(sql`f.search_text`, searchPatterns(soughtText(test.text)));
    case "trend":
      return oftenSql(trendValue, test.is, sql`${test.n}::float8`);
    case "revenue":
      return oftenSql(sql`f.revenue`, test.is, sql`${Math.round(test.n * CENTS)}::bigint`);
    case "risk":
      return oftenSql(sql`f.risk`, test.is, sql`${test.n / 100}::real`);
    case "firstSeen":
    case "lastSeen":
      return timeSql(test, stored(test.of), now);
    default:
      return "n" in test ? oftenSql(stored(test.of), test.is, sql`${test.n}::int`) : textSql(test);
  }
}

function textSql(test: AccountTestOf<"name">): Sql {
  const value = stored(test.of);
  switch (test.is) {
    case "oneOf":
      return sql`${value} = ANY(${test.values}::text[])`;
    case "noneOf":
      return not(sql`${value} = ANY(${test.values}::text[])`);
    case "set":
      return sql`${value} IS NOT NULL`;
    case "notSet":
      return sql`${value} IS NULL`;
    default:
      return likeSql(test, value);
  }
}

export function oftenSql(count: Sql, is: "atLeast" | "atMost" | "exactly", n: Sql): Sql {
  if (is === "exactly") return sql`${count} = ${n}`;
  return is === "atLeast" ? sql`${count} >= ${n}` : sql`${count} <= ${n}`;
}
