import { randomUUID } from "node:crypto";
import type pg from "pg";
import sql from "sql-template-tag";
import type { Operation } from "@/lib/events/operation";
import { Batcher } from "@/lib/ingest/store/batcher";
import type { ProjectSettings } from "@/lib/projects/settings";
import { projectSettings } from "@/tests/support/project-settings";
import { batches, random, sequence, toOperation } from "./generate";
import { inVisits, type ModelOp, resolve, type View } from "./model";
import { faults, observe } from "./observe";

/** A project of its own for one sequence. */
export async function makeModelProject(db: pg.Pool, changes: Partial<ProjectSettings> = {}): Promise<ProjectSettings> {
  const id = randomUUID();
  const organization = randomUUID();
  await db.query(sql`INSERT INTO organizations (id, name) VALUES (${organization}, 'Tests')`);
  await db.query(
    sql`INSERT INTO projects (id, organization_id, name, identify_secret) VALUES (${id}, ${organization}, 'Test', 's')`,
  );
  return projectSettings({ id, ...changes });
}

/** Two projects in the order of their ids, which is that of jobs that cover all projects. */
export async function makeTwoProjects(db: pg.Pool): Promise<[ProjectSettings, ProjectSettings]> {
  const [one, other] = [await makeModelProject(db), await makeModelProject(db)];
  return one.id < other.id ? [one, other] : [other, one];
}

/** Makes ids unique to a project, so that sequences can share a database: ids are per project anyway. */
export async function sendOperations(db: pg.Pool, project: ProjectSettings, ops: readonly Operation[]) {
  return new Batcher(() => db).submit(project, ops);
}

/** What can be compared: visitors' properties are folded at read time. */
export function comparable(view: View): View {
  const people = Object.fromEntries(
    Object.entries(view.people).map(([owner, person]) => [
      owner,
      owner.startsWith("a:") ? { ...person, props: {} } : person,
    ]),
  );
  return { ...view, people };
}

/**
 * Sends a random sequence in random batches with replays and compares everything with the model; [] when all is well.
 */
export async function runRandomSequence(db: pg.Pool, seed: number, size: number, writers = 1): Promise<string[]> {
  const ops = sequence(seed, size);
  const project = await makeModelProject(db);
  const r = random(seed ^ 0x5bd1e995);
  const queue = batches(r, ops);
  await Promise.all(
    Array.from({ length: writers }, async () => {
      const batcher = new Batcher(() => db);
      for (let batch = queue.shift(); batch; batch = queue.shift())
        await batcher.submit(
          project,
          batch.map((op) => toOperation(op)),
        );
    }),
  );
  return compareWithModel(db, project, ops);
}

export async function compareWithModel(
  db: pg.Pool,
  project: ProjectSettings,
  ops: readonly ModelOp[],
): Promise<string[]> {
  return compareWithView(db, project, resolve(inVisits(ops, await visitsOf(db, project.id))));
}

/**
 * The visit each stored operation is in. Which one an operation without a session joins depends on the data when it
 * arrived (docs/identity.md X5), so the model takes that from the engine, but nothing derived from it.
 */
export async function visitsOf(db: pg.Pool, projectId: string): Promise<Map<string, string>> {
  const { rows } = await db.query(
    sql`SELECT id, session_id FROM events WHERE project_id = ${projectId} AND session_id IS NOT NULL`,
  );
  return new Map(rows.map((row) => [row.id, row.session_id]));
}

/** Compares the database with the model; [] when they agree. */
export async function compareWithView(db: pg.Pool, project: ProjectSettings, model: View): Promise<string[]> {
  const expected = comparable(model);
  const actual = comparable(await observe(db, project.id));
  const out = await faults(db, project.id);
  for (const id of new Set([...Object.keys(expected.owners), ...Object.keys(actual.owners)])) {
    if (expected.owners[id] !== actual.owners[id])
      out.push(`event ${id}: ${actual.owners[id]}, not ${expected.owners[id]}`);
    if (expected.attribution[id] !== actual.attribution[id])
      out.push(`event ${id}: ${actual.attribution[id]}, not ${expected.attribution[id]}`);
  }
  for (const owner of new Set([...Object.keys(expected.people), ...Object.keys(actual.people)])) {
    const [want, have] = [JSON.stringify(sort(expected.people[owner])), JSON.stringify(sort(actual.people[owner]))];
    if (want !== have) out.push(`${owner}: ${have}, not ${want}`);
  }
  return out;
}

/** Keys in order, all the way down, so that equal things read equal. */
function sort(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sort(v)]),
  );
}
