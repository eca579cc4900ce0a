import sql from "sql-template-tag";
import { prepared } from "@/lib/db/statement";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";

/** The first steps after installing an SDK, in order. */
export const FIRST_STEPS = ["event", "identify", "device", "server"] as const;
export type FirstStep = (typeof FIRST_STEPS)[number];
export type FirstSteps = Record<FirstStep, boolean>;

/** How many of the oldest and of the newest rows are examined: a step was taken either recently or at the beginning. */
const SAMPLE_ROWS = 1_000;

/**
 * Which of the first steps the project has taken. `device`: somebody was recognised on a second device; `server`: an
 * event arrived without a device, as servers send them. Examines only the oldest and newest rows, so the cost stays
 * constant: about 4,000 rows in events_pkey and identities_pkey.
 */
export async function firstSteps(scope: Scope): Promise<FirstSteps> {
  const { projectId } = scope;
  const { rows } = await reading(scope).query<FirstSteps>(
    prepared(sql`
      WITH sampled_events AS (
        (SELECT stream_id, kind FROM events WHERE project_id = ${projectId} ORDER BY id LIMIT ${SAMPLE_ROWS})
         UNION ALL
        (SELECT stream_id, kind FROM events WHERE project_id = ${projectId} ORDER BY id DESC LIMIT ${SAMPLE_ROWS})),
      sampled_users AS (
        SELECT id
          FROM ((SELECT id, kind FROM identities WHERE project_id = ${projectId} ORDER BY id LIMIT ${SAMPLE_ROWS})
                 UNION
                (SELECT id, kind
                   FROM identities WHERE project_id = ${projectId} ORDER BY id DESC LIMIT ${SAMPLE_ROWS})) i
         WHERE i.kind = 'u')
      SELECT EXISTS (SELECT FROM sampled_events) AS event,
             EXISTS (SELECT FROM sampled_users) AS identify,
             EXISTS (SELECT
                       FROM sampled_users k JOIN spans s ON s.project_id = ${projectId} AND s.owner_id = k.id
                      GROUP BY k.id
                     HAVING count(DISTINCT s.stream_id) > 1) AS device,
             EXISTS (SELECT FROM sampled_events WHERE stream_id IS NULL AND kind = 'event') AS server`),
  );
  return rows[0] as FirstSteps;
}
