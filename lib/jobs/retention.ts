import { pool } from "@/lib/db/pool";
import { projectsDue, retentionStep } from "@/lib/privacy/retention";
import { RunAgain } from "./loop";
import { forOneProject } from "./one-project";

/** The job rests this many times as long as it worked, to leave the disk to ingest. */
const REST = 4;
/** How soon a changed setting is noticed, in ms. */
const CHECK_EVERY_MS = 60_000;

/** Takes one step of retention in each project that has any left. */
export async function stepRetention(now: number): Promise<RunAgain> {
  const start = performance.now();
  let hasMore = false;
  for (const { projectId, settings } of await projectsDue(pool(), now)) {
    const progress = await forOneProject("apply retention", projectId, now, () =>
      retentionStep(pool(), projectId, settings, now),
    );
    hasMore ||= progress === "more";
  }
  return new RunAgain(hasMore ? (performance.now() - start) * REST : CHECK_EVERY_MS);
}
