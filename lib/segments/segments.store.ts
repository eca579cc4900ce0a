import sql from "sql-template-tag";
import { z } from "zod";
import { Prisma } from "@/lib/db/generated/client";
import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { timestamp } from "@/lib/db/statement";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { withoutStandIns } from "@/lib/reading/stand-ins";
import type { Scope } from "@/lib/scope";
import { parseInput } from "@/lib/validate";
import { compileAccountRule, compileRule } from "./compile.queries";
import { type AccountRule, accountRuleSchema, type Rule, ruleSchema, type Subject, segmentsIn } from "./rule";

const MAX_SEGMENTS = 500;
/** The most other segments that an error message names. */
const MAX_NAMED = 3;
/** Prisma's code for a unique violation. */
const UNIQUE = "P2002";

type ProjectScope = Pick<Scope, "projectId">;

const labels = {
  name: z.string().trim().min(1, "Enter a name.").max(100, "At most 100 characters."),
  description: z.string().trim().max(1_000, "At most 1,000 characters.").default(""),
};
/** The fields of a segment of people as a member or a client sends them; `rule` null creates a static one. */
export const segmentInputSchema = z.object({ ...labels, rule: ruleSchema.nullable() });
/** The fields of a segment of accounts. */
export const accountSegmentInputSchema = z.object({ ...labels, rule: accountRuleSchema });
export type SegmentInput = z.input<typeof segmentInputSchema>;
export type AccountSegmentInput = z.input<typeof accountSegmentInputSchema>;

/** Creates a segment and returns its id. Throws unprocessable for invalid input, conflict for a name that is taken. */
export async function createSegment(scope: Scope<"edit">, input: SegmentInput, now = Date.now()): Promise<string> {
  const { rule, ...fields } = parseInput(segmentInputSchema, input);
  if (rule) await requireVisible(scope, rule);
  if (rule) await compileRule(scope, rule, now);
  return insert(scope, { ...fields, subject: "people", rule }, rule ? segmentsIn(rule) : [], now);
}

/** Like createSegment, for a segment of accounts. */
export async function createAccountSegment(
  scope: Scope<"edit">,
  input: AccountSegmentInput,
  now = Date.now(),
): Promise<string> {
  const segment = parseInput(accountSegmentInputSchema, input);
  await requireVisible(scope, segment.rule);
  await compileAccountRule(scope, segment.rule, now);
  return insert(scope, { ...segment, subject: "accounts" }, segmentsIn(segment.rule), now);
}

/**
 * Throws unprocessable if a rule tests values that its author may not see. Segments are counted for everybody, so any
 * such test, even "is set", would reveal who has a value. A search reads names and addresses, and so may a comparison
 * with part of any property, as values with an address in them are hidden, too, and with part of an account's id or an
 * event's name. Pages contain none if ingest masks them.
 */
async function requireVisible({ projectId, sight }: Scope, rule: unknown): Promise<void> {
  if (!sight.masked) return;
  const { rows } = await pool().query<{ isVisible: boolean }>(sql`
    SELECT masked_rule(r.rule, r.personal) = r.rule
             AND strpos(r.rule::text, '[hidden]') = 0
             AND NOT jsonb_path_exists(r.rule, '$.** ? (@.kind == "search" || @.of == "search")')
             AND NOT EXISTS (
               SELECT FROM jsonb_path_query(r.rule, '$.** ? (@.type == "text" && exists (@.value))') part
                WHERE NOT (r.masks_pages AND starts_with(part ->> 'key', '$')))
             AND NOT jsonb_path_exists(r.rule, '$.** ? (exists (@.value) && (
                   @.of == "name" || @.of == "id" || @.field == "lastEvent" || @.field == "stopped"))')
             AND NOT EXISTS (
               SELECT FROM jsonb_path_query(r.rule, '$.**') part
                WHERE is_personal(part ->> 'key', r.personal)
                   OR is_personal(part ->> 'field', r.personal)) AS "isVisible"
      FROM (SELECT ${JSON.stringify(rule)}::jsonb AS rule, personal_keys(p.id) AS personal, p.masks_pages
              FROM projects p
             WHERE p.id = ${projectId}) r`);
  if (!rows[0]?.isVisible)
    throw new AppError(
      "unprocessable",
      "This rule is about names, addresses or personal properties, or looks for a part of a property, id or event, which could be one: you may not see those.",
      {
        field: "filter",
      },
    );
}

type NewSegment = { name: string; description: string; subject: Subject; rule: Rule | AccountRule | null };

async function insert(
  scope: Scope,
  { rule, ...segment }: NewSegment,
  named: readonly string[],
  now: number,
): Promise<string> {
  const id = newId();
  const { projectId } = scope;
  const at = new Date(now);
  await withSegmentsLock(scope, async (tx) => {
    if ((await tx.segment.count({ where: { projectId } })) >= MAX_SEGMENTS)
      throw new AppError("conflict", `A project has at most ${MAX_SEGMENTS} segments. Delete one first.`);
    if (rule) await refuseBadReferences(tx, scope, id, rule, named);
    const data = { ...segment, projectId, id, createdAt: at, updatedAt: at, createdBy: scope.actor };
    const stored = rule === null ? Prisma.DbNull : withoutStandIns(scope, rule);
    await rejectTakenName(tx.segment.create({ data: { ...data, rule: stored } }));
  });
  return id;
}

/**
 * Runs one change of a project's segments at a time: concurrent changes that make two segments refer to each other
 * would create a cycle that neither check sees.
 */
const withSegmentsLock = <T>({ projectId }: ProjectScope, work: (tx: Prisma.TransactionClient) => Promise<T>) =>
  prisma().$transaction(async (tx) => {
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended('segments ' || ${projectId}, 0))::text`;
    return work(tx);
  });

/**
 * Changes the given fields; a list does not get a rule. Throws like createSegment, and not_found. Primary key.
 */
export async function updateSegment(
  scope: Scope<"edit">,
  id: string,
  input: Partial<SegmentInput>,
  now = Date.now(),
): Promise<void> {
  const { name, description, rule } = parseInput(segmentInputSchema.partial(), input);
  if (rule) {
    await requireVisible(scope, rule);
    await compileRule(scope, rule, now);
  }
  await withSegmentsLock(scope, async (tx) => {
    if (rule) await refuseBadReferences(tx, scope, id, rule, segmentsIn(rule));
    const stored = await tx.segment.findUnique({ where: keyOf(scope, id), select: { rule: true, subject: true } });
    if (stored?.subject !== "people") throw unknownSegment();
    const changes = {
      name,
      description: input.description === undefined ? undefined : description,
      rule: rule && stored.rule !== null ? rule : undefined,
    };
    await updateFields(tx, scope, id, changes, now);
  });
}

/** Like updateSegment, for a segment of accounts. */
export async function updateAccountSegment(
  scope: Scope<"edit">,
  id: string,
  input: Partial<AccountSegmentInput>,
  now = Date.now(),
): Promise<void> {
  const { name, description, rule } = parseInput(accountSegmentInputSchema.partial(), input);
  if (rule) {
    await requireVisible(scope, rule);
    await compileAccountRule(scope, rule, now);
  }
  await withSegmentsLock(scope, async (tx) => {
    if (rule) await refuseBadReferences(tx, scope, id, rule, segmentsIn(rule));
    const stored = await tx.segment.findUnique({ where: keyOf(scope, id), select: { subject: true } });
    if (stored?.subject !== "accounts") throw unknownSegment();
    const changes = { name, description: input.description === undefined ? undefined : description, rule };
    await updateFields(tx, scope, id, changes, now);
  });
}

/** Stores changes; undefined fields do not change. Throws not_found, and conflict for a name that is taken. */
async function updateFields(
  tx: Prisma.TransactionClient,
  scope: Scope,
  id: string,
  changes: { name?: string; description?: string; rule?: Rule | AccountRule },
  now: number,
): Promise<void> {
  const data = { ...changes, rule: withoutStandIns(scope, changes.rule), updatedAt: new Date(now) };
  const { count } = await rejectTakenName(tx.segment.updateMany({ where: { projectId: scope.projectId, id }, data }));
  if (count === 0) throw unknownSegment();
}

const keyOf = ({ projectId }: ProjectScope, id: string) => ({ projectId_id: { projectId, id } });

/**
 * Throws unprocessable for a segment that would refer to itself, even indirectly, or to a segment that was deleted
 * since the rule was compiled: neither would have defined members.
 */
async function refuseBadReferences(
  tx: Prisma.TransactionClient,
  scope: Scope,
  id: string,
  rule: Rule | AccountRule,
  named: readonly string[],
): Promise<void> {
  const names = JSON.stringify(rule);
  const others = await tx.segment.findMany({
    where: { projectId: scope.projectId, id: { not: id } },
    select: { id: true, rule: true },
  });
  const reached = new Set([id]);
  for (let size = 0; size !== reached.size; ) {
    size = reached.size;
    for (const other of others)
      if ([...reached].some((one) => JSON.stringify(other.rule).includes(one))) reached.add(other.id);
  }
  if ([...reached].some((one) => names.includes(one)))
    throw new AppError("unprocessable", "This segment would refer to itself. Remove that condition.", {
      field: "rule",
    });
  const known = new Set(others.map((other) => other.id));
  if (named.some((one) => !known.has(one)))
    throw new AppError("unprocessable", "This rule names a segment that no longer exists. Remove that condition.", {
      field: "rule",
    });
}

/**
 * Deletes a segment with its list and its history. Throws not_found, and conflict naming the segments that still refer
 * to it.
 */
export async function deleteSegment(scope: Scope<"edit">, id: string): Promise<void> {
  const { projectId } = scope;
  await withSegmentsLock(scope, async (tx) => {
    const others = await tx.segment.findMany({
      where: { projectId, id: { not: id }, rule: { not: Prisma.AnyNull } },
      select: { name: true, rule: true },
      orderBy: { name: "asc" },
    });
    const dependents = others.filter(({ rule }) => JSON.stringify(rule).includes(id)).slice(0, MAX_NAMED);
    if (dependents.length > 0) {
      const names = dependents.map(({ name }) => `“${name}”`).join(", ");
      throw new AppError("conflict", `Other segments use this one: ${names}. Change them first.`);
    }
    const { count } = await tx.segment.deleteMany({ where: { projectId, id } });
    if (count === 0) throw unknownSegment();
    await tx.segmentMember.deleteMany({ where: { projectId, segmentId: id } });
    await tx.segmentSize.deleteMany({ where: { projectId, segmentId: id } });
  });
}

/** Sizes are kept per quarter of an hour for this many days; of older days, only the last one (UTC). */
const QUARTERS_KEPT_DAYS = 100;

/**
 * Records the size of a segment at `now`; the latest count of a quarter of an hour wins. Thins out old sizes. Primary
 * key; O(the segment's old sizes).
 */
export async function recordSize({ projectId }: ProjectScope, id: string, people: number, now: number): Promise<void> {
  await pool().query(sql`
    INSERT INTO segment_sizes AS s (project_id, segment_id, quarter, people, counted_at)
    SELECT project_id, id, date_bin('15 minutes', ${timestamp(now)}::timestamptz, 'epoch'), ${people}, ${timestamp(now)}
      FROM segments
     WHERE project_id = ${projectId} AND id = ${id}
    ON CONFLICT (project_id, segment_id, quarter) DO UPDATE
       SET people = excluded.people, counted_at = excluded.counted_at
     WHERE s.counted_at < excluded.counted_at`);
  await pool().query(sql`
    DELETE FROM segment_sizes old
     WHERE old.project_id = ${projectId} AND old.segment_id = ${id}
       AND old.quarter < ${timestamp(now)}::timestamptz - ${QUARTERS_KEPT_DAYS} * interval '1 day'
       AND EXISTS (
             SELECT FROM segment_sizes later
              WHERE later.project_id = old.project_id AND later.segment_id = old.segment_id
                AND later.quarter > old.quarter
                AND later.quarter < date_trunc('day', old.quarter, 'UTC') + interval '1 day')`);
}

export const unknownSegment = (): AppError =>
  new AppError("not_found", "There is no such segment in this project.", { field: "id" });

async function rejectTakenName<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Prisma.PrismaClientKnownRequestError && error.code === UNIQUE)) throw error;
    throw new AppError("conflict", "Another segment has this name. Choose another.", { field: "name" });
  }
}
