import sql, { type Sql } from "sql-template-tag";
import { type AccountSet, accountDidSql, isHere, membersSql } from "./account-behaviour.queries";
import { accountStateSql } from "./account-states.queries";
import { rowTestSql } from "./account-test.queries";
import { type CompileContext, MAX_SEGMENT_DEPTH, unusable } from "./compile-context";
import { and, not, or } from "./property.queries";
import { type AccountNode, type AccountTest, type AccountTestOf, isAccountGroup, type MemberCondition } from "./rule";

/** The compiler of the rest of the rule: it keeps the sets, and compiles conditions on people. */
type Around = {
  context: CompileContext;
  /** Adds a set to the statement; returns its name. */
  add(select: Sql): Sql;
  /** Everybody who meets these conditions. Rows: person. */
  everybody(conditions: MemberCondition[], within: readonly string[]): Sql;
};

/** Compiles a rule over accounts, over `f` (account_facts). `within`: the segments that contain it. */
export function accountsSql(node: AccountNode, within: readonly string[], around: Around): Sql {
  if (!isAccountGroup(node)) return testSql(node, within, around);
  const parts = node.of.map((one) => accountsSql(one, within, around));
  return node.kind === "and" ? and(parts) : or(parts);
}

function testSql(test: AccountTest, within: readonly string[], around: Around): Sql {
  const { context } = around;
  switch (test.of) {
    case "segment":
      return segmentSql(test, within, around);
    case "state":
      return accountStateSql(context.projectId, test, context.now);
    case "did":
    case "firstDid":
      return inSet(accountDidSql(test, context), around);
    case "members": {
      const others = test.who.filter((one) => !isHere(one));
      const people = others.length > 0 ? around.everybody(others, within) : null;
      return inSet(membersSql(test, people, context), around);
    }
    default:
      return rowTestSql(test, context.now);
  }
}

function inSet(set: AccountSet, around: Around): Sql {
  if (!set) return sql`true`;
  const inside = sql`f.account_id IN (SELECT account_id FROM ${around.add(set.accounts)})`;
  return set.negated ? sql`NOT (${inside})` : inside;
}

function segmentSql({ id, is }: AccountTestOf<"segment">, within: readonly string[], around: Around): Sql {
  const named = around.context.segments.get(id);
  if (named === undefined) throw unusable("This filter names a segment that no longer exists. Remove that condition.");
  if (named.subject !== "accounts") throw unusable("This filter names a segment of people instead of accounts.");
  if (within.includes(id)) throw unusable("These segments refer to each other in a circle. Change one of them.");
  if (within.length >= MAX_SEGMENT_DEPTH) throw unusable("These segments are nested too deeply. Simplify one of them.");
  const members = accountsSql(named.rule, [...within, id], around);
  return is === "in" ? members : not(members);
}
