import { pool } from "@/lib/db/pool";
import { projectsDue, retentionStep } from "@/lib/privacy/retention";
import { RunAgain } from "./loop";
import { forOneProject } from "./one-project";

/** The job rests this many times as long as it worked, so that ingest keeps the disk. */
const REST = 4;
/** How soon a changed setting is noticed, in ms. */
const LOOK_EVERY_MS = 60_000;

/** One chunk of each project that does not keep everything. */
export async function tendRetention(now: number): Promise<RunAgain> {
  const start = performance.now();
  let isLeft = false;
  for (const { projectId, settings } of await projectsDue(pool(), now)) {
    const progress = await forOneProject("retention", projectId, now, () =>
      retentionStep(pool(), projectId, settings, now),
    );
    isLeft ||= progress === "more";
  }
  return new RunAgain(isLeft ? (performance.now() - start) * REST : LOOK_EVERY_MS);
}
