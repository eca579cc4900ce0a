import sql from "sql-template-tag";
import { z } from "zod";
import { pool, transaction } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import type { Scope } from "@/lib/scope";
import { valid } from "@/lib/validate";
import { compileRule } from "./compiled.queries";
import { type Rule, ruleSchema } from "./rule";

const MAX_SEGMENTS = 500;

/** What a member or a client says of a segment; `rule` null makes a static one. */
export const segmentInput = z.object({
  name: z.string().trim().min(1, "Give it a name.").max(100, "At most 100 characters."),
  description: z.string().trim().max(1_000, "At most 1,000 characters.").default(""),
  rule: ruleSchema.nullable(),
});
export type SegmentInput = z.input<typeof segmentInput>;

/** Makes a segment and returns its id. Throws unprocessable for input that cannot be, conflict for a name that is taken. */
export async function createSegment(scope: Scope, input: SegmentInput, now = Date.now()): Promise<string> {
  const { name, description, rule } = valid(segmentInput, input);
  if (rule) await compileRule(scope, rule, now);
  const id = newId();
  const { rowCount } = await taken(
    pool().query(sql`
      INSERT INTO segments (project_id, id, name, description, rule, created_at, updated_at, created_by)
      SELECT ${scope.projectId}::uuid, ${id}::uuid, ${name}, ${description}, ${rule && JSON.stringify(rule)}::jsonb, ${timestamp(now)}::timestamptz,
             ${timestamp(now)}::timestamptz, ${scope.actor}
       WHERE (SELECT count(*) FROM segments WHERE project_id = ${scope.projectId}) < ${MAX_SEGMENTS}`),
  );
  if (rowCount === 0)
    throw new AppError("conflict", `A project has at most ${MAX_SEGMENTS} segments. Delete one first.`);
  return id;
}

/** Changes what is given. A rule stays a rule and a list a list; throws as createSegment, and not_found. Primary key. */
export async function updateSegment(
  scope: Scope,
  id: string,
  input: Partial<SegmentInput>,
  now = Date.now(),
): Promise<void> {
  const { name, description, rule } = valid(segmentInput.partial(), input);
  if (rule) await refuseCircle(scope, id, rule, now);
  const { rowCount } = await taken(
    pool().query(sql`
      UPDATE segments SET name = coalesce(${name ?? null}, name),
             description = coalesce(${input.description === undefined ? null : (description ?? null)}, description),
             rule = CASE WHEN rule IS NULL THEN NULL ELSE coalesce(${rule ? JSON.stringify(rule) : null}::jsonb, rule) END,
             updated_at = ${timestamp(now)}
       WHERE project_id = ${scope.projectId} AND id = ${id}`),
  );
  if (rowCount === 0) throw unknownSegment();
}

/** A segment that names itself, by whatever way, has no members one could tell. */
async function refuseCircle(scope: Scope, id: string, rule: Rule, now: number): Promise<void> {
  const names = JSON.stringify(rule);
  await compileRule(scope, rule, now);
  const { rows } = await pool().query<{ id: string; rule: unknown }>(
    sql`SELECT id, rule FROM segments WHERE project_id = ${scope.projectId} AND rule IS NOT NULL AND id <> ${id}`,
  );
  const reached = new Set([id]);
  for (let size = 0; size !== reached.size; ) {
    size = reached.size;
    for (const other of rows)
      if ([...reached].some((one) => JSON.stringify(other.rule).includes(one))) reached.add(other.id);
  }
  if ([...reached].some((one) => names.includes(one)))
    throw new AppError("unprocessable", "This segment would name itself. Remove that condition.", { field: "rule" });
}

/** Deletes a segment with its list and its history. Throws not_found, and conflict naming the segments that still name it. */
export async function deleteSegment(scope: Scope, id: string): Promise<void> {
  await transaction(pool(), async (tx) => {
    const { rows } = await tx.query<{ name: string }>(sql`
      SELECT name FROM segments WHERE project_id = ${scope.projectId} AND id <> ${id} AND position(${id} IN rule::text) > 0 ORDER BY name LIMIT 3`);
    if (rows.length > 0) {
      const users = rows.map((row) => `“${row.name}”`).join(", ");
      throw new AppError("conflict", `Other segments are made of this one: ${users}. Change them first.`);
    }
    const { rowCount } = await tx.query(sql`DELETE FROM segments WHERE project_id = ${scope.projectId} AND id = ${id}`);
    if (rowCount === 0) throw unknownSegment();
    await tx.query(sql`DELETE FROM segment_members WHERE project_id = ${scope.projectId} AND segment_id = ${id}`);
    await tx.query(sql`DELETE FROM segment_sizes WHERE project_id = ${scope.projectId} AND segment_id = ${id}`);
  });
}

/** The size of a segment on a day ("2026-03-12", UTC); the day's newest count stays. Primary key. */
export async function recordSize(
  scope: Pick<Scope, "projectId">,
  id: string,
  people: number,
  now: number,
): Promise<void> {
  await pool().query(sql`
    INSERT INTO segment_sizes AS s (project_id, segment_id, day, people, counted_at)
    SELECT project_id, id, (${timestamp(now)}::timestamptz AT TIME ZONE 'UTC')::date, ${people}, ${timestamp(now)}
      FROM segments WHERE project_id = ${scope.projectId} AND id = ${id}
    ON CONFLICT (project_id, segment_id, day) DO UPDATE SET people = excluded.people, counted_at = excluded.counted_at
     WHERE s.counted_at < excluded.counted_at`);
}

export const unknownSegment = (): AppError =>
  new AppError("not_found", "There is no such segment in this project.", { field: "id" });

/** Postgres's code for a unique index. */
const UNIQUE = z.object({ code: z.literal("23505") });

async function taken<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!UNIQUE.safeParse(error).success) throw error;
    throw new AppError("conflict", "Another segment has this name. Choose another.", { field: "name" });
  }
}
