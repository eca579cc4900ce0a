import sql from "sql-template-tag";
import { pool, transaction } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { csvRows } from "@/lib/format/csv";
import { lockFacts } from "@/lib/profiles/profiles.store";
import type { Scope } from "@/lib/scope";
import { unknownSegment } from "./segments.store";
import type { Imported } from "./types";

const MAX_CSV_CHARS = 20_000_000;
const MAX_LINES = 200_000;
const CHUNK_LINES = 5_000;
const MAX_UNKNOWN_SHOWN = 50;
/** Headers of the id column. Without one, the first column is used, from the first line on. */
const HEADERS = /^(?:id|ref|user ?_?id|profile ?_?id|distinct ?_?id|anonymous ?_?id|e-?mail)$/i;

/**
 * Adds the people of a CSV file to a static segment: one user id, e-mail or anonymous id per line, as they were sent (a
 * leading u: or a:, as in exports, is removed). Unknown ones are reported, not created. Idempotent. Throws not_found
 * for an unknown segment or one with a rule, forbidden for members who do not see names, and unprocessable for a file
 * that is too large or empty. identities_ext_id_key, profile_facts_email_idx: one probe per line, 5,000 lines per
 * statement.
 */
export async function importMembers(scope: Scope<"edit">, segmentId: string, csv: string): Promise<Imported> {
  // The response reveals which addresses are known.
  if (scope.sight.masked) throw new AppError("forbidden", "Only members who see names may upload lists of people.");
  const { rowCount } = await pool().query(sql`
    SELECT 1 FROM segments WHERE project_id = ${scope.projectId} AND id = ${segmentId} AND rule IS NULL`);
  if (rowCount === 0) throw unknownSegment();
  if (csv.length > MAX_CSV_CHARS)
    throw new AppError("unprocessable", "This file is over 20 MB. Split it into smaller files.", { field: "csv" });
  const lines = await idLinesOf(csv);
  if (lines.length === 0) throw new AppError("unprocessable", "This file contains no ids.", { field: "csv" });
  const result: Imported = { added: 0, already: 0, unknown: [], unknownCount: 0 };
  for (let from = 0; from < lines.length; from += CHUNK_LINES) {
    const chunk = lines.slice(from, from + CHUNK_LINES);
    const found = await add(
      scope,
      segmentId,
      chunk.map(({ value }) => value),
    );
    result.added += found.added;
    result.already += found.already;
    for (const line of chunk) {
      if (found.known.has(line.value)) continue;
      if (result.unknown.length < MAX_UNKNOWN_SHOWN) result.unknown.push(line);
      result.unknownCount++;
    }
  }
  return result;
}

async function idLinesOf(csv: string): Promise<{ line: number; value: string }[]> {
  const found: { line: number; value: string }[] = [];
  let column = -1;
  let line = 0;
  for await (const row of csvRows(csv)) {
    line++;
    if (line === 1) column = row.findIndex((cell) => HEADERS.test(cell.trim()));
    if (line === 1 && column !== -1) continue;
    const value = (row[Math.max(0, column)] ?? "").trim().normalize("NFC").replaceAll("\0", "");
    if (value !== "") found.push({ line, value });
    if (found.length > MAX_LINES)
      throw new AppError("unprocessable", "At most 200,000 lines at once. Split the file.", { field: "csv" });
  }
  return found;
}

/** Adds the people of some lines, under lockFacts: a person erased meanwhile is not found, or is removed again. */
async function add(
  scope: Scope,
  segmentId: string,
  values: string[],
): Promise<{ added: number; already: number; known: Set<string> }> {
  const { rows } = await transaction(pool(), async (tx) => {
    await lockFacts(tx, scope.projectId);
    return tx.query<{ value: string; fresh: boolean; identity: number }>(sql`
    WITH lines AS (SELECT DISTINCT value, regexp_replace(value, '^[ua]:', '') AS bare
                     FROM unnest(${values}::text[]) value),
    matches AS MATERIALIZED (
      SELECT g.value, i.id
        FROM lines g
        JOIN identities i ON i.project_id = ${scope.projectId} AND i.kind IN ('u', 'a')
         AND i.ext_id IN (g.value, g.bare)
      UNION
      SELECT g.value, o.id
        FROM lines g
        JOIN profile_facts f ON f.project_id = ${scope.projectId} AND f.email = lower(g.value)
       CROSS JOIN LATERAL (SELECT i.id
                             FROM identities i
                            WHERE i.project_id = ${scope.projectId} AND i.profile_id = f.person
                            ORDER BY i.id
                            LIMIT 1) o),
    added AS (
      INSERT INTO segment_members (project_id, segment_id, identity_id)
      SELECT DISTINCT ${scope.projectId}::uuid, ${segmentId}::uuid, id
        FROM matches
      ON CONFLICT DO NOTHING
      RETURNING identity_id)
    SELECT k.value, k.id AS identity, a.identity_id IS NOT NULL AS fresh
      FROM matches k
      LEFT JOIN added a ON a.identity_id = k.id`);
  });
  const fresh = new Set(rows.filter((row) => row.fresh).map((row) => row.identity));
  const all = new Set(rows.map((row) => row.identity));
  return { added: fresh.size, already: all.size - fresh.size, known: new Set(rows.map((row) => row.value)) };
}
