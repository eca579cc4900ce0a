import sql, { join, raw, type Sql } from "sql-template-tag";
import { HEALTH_RANKS, type HealthState } from "@/lib/accounts/health";
import { ACCOUNT_COLUMNS } from "@/lib/columns/accounts";
import { matchesSearch, normalizeSearchText, searchPatterns } from "@/lib/db/search-text.queries";
import { utcDay } from "@/lib/format/time";
import { codeOf } from "@/lib/lifecycle/states";
import { tableBehindView } from "@/lib/reading/reading";
import { HAS_WARNING } from "@/lib/risk/alarm.queries";
import { type AccountSet, accountDidSql, isActivity, membersSql } from "./account-behaviour.queries";
import { absentSql, andSql, likeSql, notSql, orSql, propertySql, timeSql } from "./property.queries";
import {
  type AccountNode,
  type AccountRule,
  type AccountTest,
  type AccountTestOf,
  isAccountGroup,
  type MemberCondition,
  type PropertyCondition,
} from "./rule";
import type { HiddenKeys } from "./types";

/** What this needs of the compiler (compile.queries.ts), which collects the sets and compiles conditions on people. */
type Compiler = {
  context: { projectId: string; now: number; counted: boolean; hidden: HiddenKeys | null };
  /** Adds a set to the statement; returns its name. */
  add(select: Sql): Sql;
  /** A query for everybody who meets these conditions. Rows: person. */
  everybody(conditions: MemberCondition[], path: readonly string[]): Sql;
  /** The rule of a segment of accounts. */
  segment(id: string, path: readonly string[]): AccountRule;
};

/** Compiles a rule over accounts, for `f` (account_facts). `path`: the segments that contain it. */
export function accountsSql(node: AccountNode, path: readonly string[], compiler: Compiler): Sql {
  if (!isAccountGroup(node)) return testSql(node, path, compiler);
  const parts = node.of.map((one) => accountsSql(one, path, compiler));
  return node.kind === "and" ? andSql(parts) : orSql(parts);
}

function testSql(test: AccountTest, path: readonly string[], compiler: Compiler): Sql {
  const { context } = compiler;
  switch (test.of) {
    case "segment":
      return segmentSql(test, path, compiler);
    case "state":
      return accountStateSql(context.projectId, test, context.now);
    case "did":
    case "firstDid":
      return inSet(accountDidSql(test, context), compiler);
    case "members": {
      const others = test.who.filter((one) => !isActivity(one));
      const people = others.length > 0 ? compiler.everybody(others, path) : null;
      return inSet(membersSql(test, people, context), compiler);
    }
    default:
      return rowTestSql(test, context);
  }
}

function inSet(set: AccountSet, compiler: Compiler): Sql {
  if (!set) return sql`true`;
  const inside = sql`f.account_id IN (SELECT account_id FROM ${compiler.add(set.accounts)})`;
  return set.negated ? sql`NOT (${inside})` : inside;
}

function segmentSql({ id, is }: AccountTestOf<"segment">, path: readonly string[], compiler: Compiler): Sql {
  const members = accountsSql(compiler.segment(id, path), [...path, id], compiler);
  return is === "in" ? members : notSql(members);
}

/**
 * Whether the account of `f` (account_facts) was in one of the states on a day: one range of account_states_state_idx
 * per state. `noneOf` all of them means that it had not been seen yet.
 */
function accountStateSql(projectId: string, { is, values, on }: AccountTestOf<"state">, now: number): Sql {
  const day = sql`${on ?? utcDay(now)}::date`;
  return sql`f.account_id ${is === "oneOf" ? sql`IN` : sql`NOT IN`} (
    SELECT s.account_id FROM account_states s
     WHERE s.project_id = ${projectId} AND s.state = ANY(${values.map(codeOf)}::smallint[])
       AND s.until > ${day} AND s.since <= ${day})`;
}

/** Tests that an account's own row answers. */
type RowTest = Exclude<AccountTest, { of: "state" | "segment" | "members" | "did" | "firstDid" }>;

const CENTS = 100;

const columnSql = (key: string): Sql => {
  if (key === "name") return sql`coalesce(f.name, f.account_id)`;
  if (key === "id") return sql`f.account_id`;
  return sql`f.${raw(ACCOUNT_COLUMNS.find((column) => column.key === key)?.stored ?? "")}`;
};

/**
 * A test on the row `f` (account_facts). Numbers, times and health are compared as they are stored, so that
 * account_facts_*_idx can be walked; properties by containment (account_facts_properties_idx). Parts of texts read
 * every row.
 */
function rowTestSql(test: RowTest, context: Compiler["context"]): Sql {
  const { now } = context;
  switch (test.of) {
    case "property":
      return accountPropertySql(test.test, context);
    case "health":
      return test.is === "oneOf" ? isHealth(test.values) : notSql(isHealth(test.values));
    case "warning": {
      const has = sql`(${join(
        test.values.map((value) => HAS_WARNING[value](context.projectId)),
        " OR ",
      )})`;
      return test.is === "oneOf" ? has : notSql(has);
    }
    case "search":
      return matchesSearch(sql`f.search_text`, searchPatterns(normalizeSearchText(test.text)));
    case "trend":
      return countSql(sql`f.trend`, test.is, sql`${test.n}::float8`);
    case "revenue":
      return countSql(sql`f.revenue`, test.is, sql`${Math.round(test.n * CENTS)}::bigint`);
    case "risk":
      return countSql(sql`f.risk`, test.is, sql`${test.n / 100}::real`);
    case "firstSeen":
    case "lastSeen":
      return timeSql(test, columnSql(test.of), now);
    default:
      return "n" in test
        ? countSql(columnSql(test.of), test.is, sql`${test.n}::int`)
        : textSql(test, context.hidden !== null);
  }
}

function accountPropertySql(condition: PropertyCondition, { projectId, now, hidden }: Compiler["context"]): Sql {
  if (!hidden) return propertySql(condition, { props: sql`f.properties`, sparse: false, sets: "probe" }, now);
  if (hidden.accounts.has(condition.key)) return absentSql(condition, now);
  const holds = propertySql(
    condition,
    { props: sql`stored.properties`, sparse: false, sets: "probe", masked: true },
    now,
  );
  return sql`f.account_id IN (
    SELECT stored.account_id FROM ${tableBehindView("account_facts")} stored
     WHERE stored.project_id = ${projectId} AND ${holds})`;
}

const isHealth = (states: readonly HealthState[]): Sql =>
  sql`f.health = ANY(${states.map((state) => HEALTH_RANKS[state])}::smallint[])`;

/** `masked`: for a reader who may not see addresses in ids, nor find them by a part. */
function textSql(test: AccountTestOf<"name">, masked: boolean): Sql {
  const value = columnSql(test.of);
  switch (test.is) {
    case "oneOf":
      return sql`${value} = ANY(${test.values}::text[])`;
    case "noneOf":
      return notSql(sql`${value} = ANY(${test.values}::text[])`);
    case "set":
      return sql`${value} IS NOT NULL`;
    case "notSet":
      return sql`${value} IS NULL`;
    default:
      return likeSql(test, masked ? sql`masked_text(${value})` : value);
  }
}

function countSql(count: Sql, is: "atLeast" | "atMost" | "exactly", n: Sql): Sql {
  if (is === "exactly") return sql`${count} = ${n}`;
  return is === "atLeast" ? sql`${count} >= ${n}` : sql`${count} <= ${n}`;
}
