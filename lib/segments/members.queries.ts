import sql from "sql-template-tag";
import { accountCountQuery, countAccounts, listAccounts } from "@/lib/accounts/list/list.queries";
import type { AccountSummary } from "@/lib/accounts/types";
import { transaction } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { logFault } from "@/lib/faults/log";
import type { Internal } from "@/lib/identity/own-team.queries";
import type { PeopleSet } from "@/lib/identity/people-set.queries";
import { findPerson } from "@/lib/identity/person.queries";
import { personNumber } from "@/lib/identity/person-ref";
import type { PeopleFilter } from "@/lib/profiles/filter";
import { everybodyQuery, peopleCountQuery, peopleSetOf } from "@/lib/profiles/list/everybody.queries";
import { countPeople, listProfiles } from "@/lib/profiles/list/list.queries";
import type { Selection } from "@/lib/profiles/list/people.queries";
import type { Total } from "@/lib/profiles/types";
import { reading } from "@/lib/reading/reading";
import type { Reader, Scope } from "@/lib/scope";
import { compileAccountRule, compileRule } from "./compile.queries";
import { membersRule } from "./named-rules";
import type { AccountRule, Rule } from "./rule";
import { anySegment } from "./segments.queries";
import type { RulePreview, Segment } from "./types";

const PREVIEW_ROWS = 5;

type ProjectScope = Reader;

/**
 * The number of people a rule currently finds, and the first few: the filter builder's live preview. Throws like
 * compileRule.
 */
export async function previewRule(scope: Scope, rule: Rule): Promise<RulePreview> {
  const filter = await compileRule(scope, rule);
  const [total, { rows }] = await Promise.all([
    countPeople(scope, { filter }),
    listProfiles(scope, { filter, limit: PREVIEW_ROWS }),
  ]);
  return { total, rows };
}

/** Like previewRule, for a rule over accounts. */
export async function previewAccountRule(
  scope: Scope,
  rule: AccountRule,
): Promise<{ total: number; rows: AccountSummary[] }> {
  const filter = await compileAccountRule(scope, rule);
  const [total, { rows }] = await Promise.all([
    countAccounts(scope, filter),
    listAccounts(scope, { tab: "all", filter, limit: PREVIEW_ROWS }),
  ]);
  return { total, rows };
}

/** Everybody a compiled rule finds (all without one), for lists of their events and sessions. */
export const peopleSetOfFilter = (
  scope: ProjectScope,
  filter: PeopleFilter | undefined,
  now: number,
  internal: Internal = "without",
): PeopleSet => peopleSetOf(scope, { tab: "everyone", windowDays: 30, filter, internal, now });

/** How many people are in a segment now; see Total. */
export async function countMembers(scope: Scope, id: string): Promise<Total> {
  return countPeople(scope, { filter: await compileRule(scope, membersRule(id)) });
}

/**
 * How many people or accounts are in a segment now. null if they cannot be counted, so that one rule does not break a
 * list of segments; the log says why, unless the rule itself is the reason.
 */
export async function segmentTotal(scope: Scope, segment: Segment): Promise<Total | null> {
  try {
    if (segment.subject === "people") return await countMembers(scope, segment.id);
    return { count: await countAccounts(scope, await compileAccountRule(scope, segment.rule)), exact: true };
  } catch (error) {
    if (!(error instanceof AppError)) logFault("counting a segment", error);
    return null;
  }
}

async function everyoneIn(scope: ProjectScope, id: string, now: number): Promise<Selection> {
  return { tab: "everyone", windowDays: 30, now, filter: await compileRule(scope, membersRule(id), now) };
}

/** How many people or accounts are in a segment, exactly, however long it takes: for jobs. */
export async function countMembersExactly(scope: ProjectScope, id: string, now: number): Promise<number> {
  const segment = await anySegment(scope, id);
  if (segment?.subject === "accounts") {
    const query = accountCountQuery(scope, await compileAccountRule(scope, segment.rule, now));
    return (await queryWithMemory<{ count: number }>(scope, query)).rows[0]?.count ?? 0;
  }
  const selection = await everyoneIn(scope, id, now);
  const { rows } = await queryWithMemory<{ count: number }>(scope, peopleCountQuery(scope, selection));
  return rows[0]?.count ?? 0;
}

/**
 * Whether the person with this ref, by any of their ids, is in the segment now. O(events of the behaviours in the
 * rule).
 */
export async function isMember(scope: Scope, id: string, ref: string): Promise<boolean> {
  const person = await findPerson(scope, ref);
  if (!person) return false;
  const selection: Selection = { ...(await everyoneIn(scope, id, Date.now())), internal: "with" };
  const { rows } = await queryWithMemory(
    scope,
    sql`SELECT 1 FROM (${everybodyQuery(scope, selection)}) q WHERE q.person = ${personNumber(person)}::bigint LIMIT 1`,
  );
  return rows.length > 0;
}

/** Runs a query whose sets may be hashed in memory. */
export function queryWithMemory<T extends object = { [column: string]: unknown }>(
  scope: Reader,
  query: ReturnType<typeof sql>,
): Promise<{ rows: T[] }> {
  return transaction(reading(scope), async (tx) => {
    await tx.query("SET LOCAL work_mem = '128MB'");
    return tx.query<T>(query);
  });
}
