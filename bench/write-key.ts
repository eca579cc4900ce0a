import { randomUUID } from "node:crypto";
import type pg from "pg";

/** A write key of a project; returns its client id. */
export async function makeClient(db: pg.Pool, projectId: string): Promise<string> {
  const id = randomUUID();
  await db.query(
    "INSERT INTO clients (id, project_id, name, mode, secret_hash) VALUES ($1, $2, 'bench', 'write', '')",
    [id, projectId],
  );
  return id;
}
