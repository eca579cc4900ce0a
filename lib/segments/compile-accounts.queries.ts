import sql, { join, raw, type Sql } from "sql-template-tag";
import { HEALTH_RANKS, type HealthState } from "@/lib/accounts/health";
import { ACCOUNT_COLUMNS } from "@/lib/columns/accounts";
import { matchesSearch, normalizeSearchText, searchPatterns } from "@/lib/db/search-text.queries";
import { timestamp } from "@/lib/db/statement";
import { utcDay } from "@/lib/format/time";
import { codeOf } from "@/lib/lifecycle/states";
import { tableBehindView } from "@/lib/reading/reading";
import { HAS_WARNING } from "@/lib/risk/alarm.queries";
import { type AccountSet, accountDidSql, membersSql } from "./account-behaviour.queries";
import { absentSql, andSql, countSql, notSql, orSql, propertySql, textSql, timeSql } from "./property.queries";
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
    case "members":
      return inSet(
        membersSql(test, (conditions) => compiler.everybody(conditions, path), context),
        compiler,
      );
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
        : accountTextSql(test, context.hidden !== null);
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

/** `masked`: for a reader who may not see addresses in ids, nor find them by a part. */
function accountTextSql(test: AccountTestOf<"name">, masked: boolean): Sql {
  const value = columnSql(test.of);
  return textSql(test, value, masked ? sql`masked_text(${value})` : value);
}

const isHealth = (states: readonly HealthState[]): Sql =>
  sql`f.health = ANY(${states.map((state) => HEALTH_RANKS[state])}::smallint[])`;

/**
 * People who belong to an account that passes a test: `people`, all of them (one pass over the project's accounts, or
 * account_facts_properties_idx, then account_people_pkey per account); `probe`, whether `f` does
 * (account_people_person_idx, account_facts_pkey).
 */
export function whoseSql(projectId: string, passes: Sql, now: number): { people: Sql; probe: Sql } {
  const belongsNow = sql`(a.until IS NULL OR a.until > ${timestamp(now)}::timestamptz)`;
  return {
    people: sql`
      SELECT DISTINCT a.person
        FROM account_facts f
        JOIN account_people a ON a.project_id = ${projectId} AND a.account_id = f.account_id
       WHERE f.project_id = ${projectId} AND ${belongsNow} AND ${passes}`,
    probe: sql`
      EXISTS (
        SELECT 1 FROM account_people a
         WHERE a.project_id = ${projectId} AND a.person = f.person AND ${belongsNow} AND EXISTS (
           SELECT 1 FROM account_facts f
            WHERE f.project_id = ${projectId} AND f.account_id = a.account_id AND ${passes}))`,
  };
}

/** Like whoseSql, for people who belong to an account with one of these ids. */
export const inAccountsSql = (projectId: string, ids: readonly string[], now: number) =>
  whoseSql(projectId, isOneOf(projectId, ids), now);

/** Whether `f` (account_facts) has one of these ids, or one of them was merged into it. accounts_pkey. */
const isOneOf = (projectId: string, ids: readonly string[]): Sql => sql`
  f.account_id IN (
    SELECT unnest(${ids}::text[])
    UNION
    SELECT c.merged_into FROM accounts c
     WHERE c.project_id = ${projectId} AND c.id = ANY(${ids}::text[]) AND c.merged_into IS NOT NULL)`;
