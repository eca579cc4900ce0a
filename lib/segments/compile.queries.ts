import sql, { raw, type Sql } from "sql-template-tag";
import type { AccountFilter } from "@/lib/accounts/filter";
import { pool } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { areFactsCurrent } from "@/lib/profiles/facts/facts.queries";
import type { PeopleFilter, PropertiesAt } from "@/lib/profiles/filter";
import { storedValue } from "@/lib/profiles/list/columns.queries";
import { everybodyQuery } from "@/lib/profiles/list/everybody.queries";
import { searchSql } from "@/lib/profiles/search/search.queries";
import { isQuiet } from "@/lib/risk/alarm.queries";
import type { Reader } from "@/lib/scope";
import { accountsSql, inAccountsSql, whoseSql } from "./compile-accounts.queries";
import { behaviourSql, ownSql, stateSql, timeWithinSql } from "./life.queries";
import { absentSql, andSql, columnTestSql, notSql, orSql, propertySql, timeSql } from "./property.queries";
import {
  type AccountNode,
  type AccountRule,
  activityConditionsOf,
  behavioursOf,
  type Condition,
  type ConditionOf,
  isGroup,
  type Rule,
  type RuleNode,
  type Subject,
  testsOf,
} from "./rule";
import { listedSql, namedSegments } from "./segments.queries";
import type { HiddenKeys, NamedSegment, Segments } from "./types";

/** How deep segments may refer to further segments. */
const MAX_SEGMENT_DEPTH = 5;
/** The most sets in one statement, including those of the segments it names. */
const MAX_SETS = 12;

/**
 * Compiles a rule, with the segments it names, for listProfiles and countPeople. Throws unprocessable (field `filter`)
 * if one no longer exists or they form a cycle.
 */
export async function compileRule(scope: Reader, rule: Rule, now = Date.now()): Promise<PeopleFilter> {
  return compileRuleToSql(rule, await contextOf(scope, { subject: "people", rule }, now));
}

/** Like compileRule, for a rule over accounts and listAccounts. */
export async function compileAccountRule(scope: Reader, rule: AccountRule, now = Date.now()): Promise<AccountFilter> {
  const compiler = new Compiler(await contextOf(scope, { subject: "accounts", rule }, now));
  return { where: compiler.accounts(rule, []), ctes: compiler.ctes };
}

async function contextOf(scope: Reader, named: NamedSegment, now: number): Promise<CompileContext> {
  const { projectId } = scope;
  const segments = await namedSegments(scope, named);
  const rules = [named, ...segments.values()];
  const counted = rules.some(usesCounts) && (await areFactsCurrent(pool(), projectId));
  return { projectId, now, segments, counted, hidden: await hiddenKeys(scope, rules) };
}

function usesCounts({ subject, rule }: NamedSegment): boolean {
  if (rule === null) return false;
  if (subject === "people") return behavioursOf(rule).length > 0 || activityConditionsOf(rule).length > 0;
  const members = testsOf(rule).filter((test) => test.of === "members");
  return members.some(({ who }) => usesCounts({ subject: "people", rule: { kind: "and", of: who } }));
}

/** The keys of the rules that are hidden from the reader; null if none are. */
async function hiddenKeys(
  { projectId, sight }: Reader,
  rules: readonly Pick<NamedSegment, "rule">[],
): Promise<HiddenKeys | null> {
  if (!sight.masked) return null;
  const { rows } = await pool().query<{ key: string; people: boolean; accounts: boolean }>(sql`
    SELECT k.key, k.key ~ '@|%40' OR is_personal(k.key, personal) AS people,
           k.key ~ '@|%40' OR is_personal(k.key, own) AS accounts
      FROM (
        SELECT DISTINCT key #>> '{}' AS key
          FROM jsonb_path_query(${JSON.stringify(rules.map(({ rule }) => rule))}::jsonb, '$.**.key') q(key)) k
     CROSS JOIN (
       SELECT personal_keys(${projectId}::uuid) AS personal, own_personal_keys(${projectId}::uuid) AS own) p`);
  const keys = (of: "people" | "accounts") => new Set(rows.filter((row) => row[of]).map(({ key }) => key));
  return { people: keys("people"), accounts: keys("accounts") };
}

/**
 * Compiles a rule to SQL with bound values only, even for property keys and event names. Pure. Throws unprocessable for
 * segments that no longer exist, are of the wrong kind, or refer to each other in a cycle, and for more than 12 sets.
 */
export function compileRuleToSql(rule: Rule, context: CompileContext): PeopleFilter {
  const compiler = new Compiler(context);
  return { ...compiler.filter(rule, []), exactly: compiler.exactly() };
}

/**
 * `counted`: everybody's lifetime counts (person_events) are available. `hidden`: null for readers who see everything.
 */
type CompileContext = {
  projectId: string;
  now: number;
  segments: Segments;
  counted: boolean;
  hidden: HiddenKeys | null;
};

const unusable = (message: string) => new AppError("unprocessable", message, { field: "filter" });

type Where = (at: PropertiesAt) => Sql;

class Compiler {
  readonly ctes: Sql[] = [];
  readsProps = false;
  /** A set that contains everybody who matches. */
  within: Sql | undefined;
  scansEvents = false;
  /** Conditions and empty groups, including those of named segments. */
  private leaves = 0;
  /** Sets that contain everybody who matches, and only people with facts. */
  private readonly required: Sql[] = [];

  /** `spent`: how much of the limits the whole rule has used, of which this may be a part. */
  constructor(
    private readonly context: CompileContext,
    private readonly spent = { sets: 0, own: 0 },
  ) {}

  /** `path`: here and below, the segments that contain the rule. */
  filter(rule: Rule, path: readonly string[]): PeopleFilter {
    const where = this.node(rule, path);
    const masked = this.context.hidden !== null;
    return {
      ctes: this.ctes,
      where,
      readsProps: this.readsProps,
      masked,
      within: this.within,
      scansEvents: this.scansEvents,
    };
  }

  /** The sets whose intersection is the whole rule; undefined if it has other conditions. */
  exactly(): readonly Sql[] | undefined {
    const { required, leaves, ctes } = this;
    return required.length > 0 && required.length === leaves && required.length === ctes.length ? required : undefined;
  }

  /** A rule over accounts, for `f` (account_facts). */
  accounts(node: AccountNode, path: readonly string[]): Sql {
    return accountsSql(node, path, {
      context: this.context,
      add: (accounts) => this.add(accounts),
      everybody: (conditions, inside) => {
        const compiler = new Compiler(this.context, this.spent);
        const filter = compiler.filter({ kind: "and", of: conditions }, inside);
        const { projectId, now } = this.context;
        return everybodyQuery({ projectId }, { tab: "everyone", windowDays: 30, now, filter });
      },
      segment: (id, inside) => this.requireNamed("accounts", id, inside).rule,
    });
  }

  /** `all`: every match of the whole rule matches this node too. */
  node(node: RuleNode, path: readonly string[], all = true): Where {
    if (!isGroup(node)) return this.condition(node, path, all);
    if (node.of.length === 0) this.leaves++;
    const parts = node.of.map((one) => this.node(one, path, all && (node.kind === "and" || node.of.length === 1)));
    const combine = node.kind === "and" ? andSql : orSql;
    return (at) => combine(parts.map((part) => part(at)));
  }

  private condition(condition: Condition, path: readonly string[], all: boolean): Where {
    const { projectId, now, hidden } = this.context;
    if (condition.kind !== "segment") this.leaves++;
    switch (condition.kind) {
      case "property":
        if (hidden?.people.has(condition.key)) return always(absentSql(condition, now));
        this.readsProps = true;
        return (at) => propertySql(condition, at, now);
      case "time": {
        const time = storedValue(condition.field);
        if (condition.is === "beforeFirstSeen") return always(sql`${time} < ${storedValue("firstSeen")}`);
        return always(
          condition.is === "within"
            ? timeWithinSql(time, condition.window, this.context)
            : timeSql(condition, time, now),
        );
      }
      case "count":
      case "fact":
        return always(columnTestSql(condition, storedValue(condition.field)));
      case "identified":
        return always(sql`f.anonymous = ${!condition.is}`);
      case "quiet":
        return always(condition.is ? isQuiet(projectId) : notSql(isQuiet(projectId)));
      case "state": {
        const { people, probe } = stateSql(projectId, condition, now);
        return this.inSet(people, condition.is === "noneOf", all, probe, true);
      }
      case "did":
      case "firstDid": {
        const behaviour = behaviourSql(condition, this.context);
        if (behaviour === null) return always(sql`true`);
        this.scansEvents ||= behaviour.scansEvents;
        return this.inSet(behaviour.people, behaviour.negated, all, behaviour.probe, !behaviour.scansEvents);
      }
      case "didAny":
      case "active": {
        if (++this.spent.own > MAX_SETS)
          throw unusable("Too many conditions on activity, including those of its segments.");
        return always(ownSql(condition, this.context));
      }
      case "search":
        this.readsProps ||= !hidden; // profiles have the search text next to their properties
        return searchSql(projectId, condition.text, hidden !== null);
      case "account": {
        const { people, probe } = inAccountsSql(projectId, condition.ids, now);
        return this.inSet(people, condition.is === "notIn", all, probe);
      }
      case "whose": {
        const { people, probe } = whoseSql(projectId, this.accounts(condition.test, path), now);
        return this.inSet(people, false, all, probe);
      }
      case "segment":
        return this.segment(condition, path, all);
    }
  }

  private segment({ id, is }: ConditionOf<"segment">, path: readonly string[], all: boolean): Where {
    const { rule } = this.requireNamed("people", id, path);
    if (rule === null) {
      this.leaves++;
      return this.inSet(listedSql(this.context.projectId, id), is === "notIn", all);
    }
    const members = this.node(rule, [...path, id], all && is === "in");
    return is === "in" ? members : (at) => notSql(members(at));
  }

  /** A segment that the rule names. */
  private requireNamed<Of extends Subject>(
    of: Of,
    id: string,
    path: readonly string[],
  ): NamedSegment & { subject: Of } {
    const named = this.context.segments.get(id);
    if (named === undefined)
      throw unusable("This filter names a segment that no longer exists. Remove that condition.");
    if (!isOf(named, of)) throw unusable(`This filter names a segment of ${named.subject} instead of ${of}.`);
    if (path.includes(id)) throw unusable("These segments refer to each other in a circle. Change one of them.");
    if (path.length >= MAX_SEGMENT_DEPTH) throw unusable("These segments are nested too deeply. Simplify one of them.");
    return named;
  }

  /** Adds a set; returns its name. */
  private add(select: Sql): Sql {
    if (++this.spent.sets > MAX_SETS)
      throw unusable("Too many conditions on events, including those of the segments it names.");
    const name = raw(`set_${this.ctes.length}`);
    this.ctes.push(sql`${name} AS MATERIALIZED (${select})`);
    return name;
  }

  /**
   * Membership in a set that is computed once or, with `probe`, tested person by person. `lifetime`: the set only has
   * people with facts.
   */
  private inSet(people: Sql, negated: boolean, all: boolean, probe?: Sql, lifetime = false): Where {
    const name = this.add(people);
    const isWithin = all && !negated && this.within === undefined;
    if (isWithin) this.within = name;
    if (all && !negated && lifetime) this.required.push(name);
    const inside = sql`f.person IN (SELECT person FROM ${name})`;
    return ({ sets }) => {
      if (sets === "probe" && probe) return negated ? sql`NOT ${probe}` : probe;
      if (negated) return sql`NOT (${inside})`;
      if (sets === "start") return isWithin ? sql`f.person IN (SELECT person FROM few_people)` : inside;
      // IS TRUE keeps Postgres from turning the lookup into a join that starts from the set.
      return sql`(${inside}) IS TRUE`;
    };
  }
}

const isOf = <Of extends Subject>(named: NamedSegment, of: Of): named is NamedSegment & { subject: Of } =>
  named.subject === of;

const always =
  (condition: Sql): Where =>
  () =>
    condition;
