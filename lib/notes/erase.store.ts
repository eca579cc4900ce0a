import sql from "sql-template-tag";
import type { Database } from "@/lib/db/pool";
import type { ActorRanges } from "@/lib/identity/erase.store";

/** Deletes the notes in the ranges of erased people. Uses notes_pkey, once per range. */
export async function eraseNotes(tx: Database, projectId: string, { actors, froms, tos }: ActorRanges): Promise<void> {
  await tx.query(sql`
    DELETE FROM notes n
     USING unnest(${actors}::bigint[], ${froms}::timestamptz[], ${tos}::timestamptz[]) AS r(actor_id, from_ts, to_ts)
     WHERE n.project_id = ${projectId} AND n.actor_id = r.actor_id
       AND n.about_ts >= r.from_ts AND n.about_ts < r.to_ts`);
}

/** Deletes the notes on erased accounts, by all of their ids. Primary key. */
export async function eraseAccountNotes(tx: Database, projectId: string, ids: readonly string[]): Promise<void> {
  await tx.query(sql`DELETE FROM account_notes WHERE project_id = ${projectId} AND account_id = ANY(${ids}::text[])`);
}
