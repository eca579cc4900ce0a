import { pool } from "@/lib/db/pool";
import { projectIds } from "@/lib/profiles/facts.queries";
import { countMembersExactly, segmentIds } from "@/lib/segments/queries";
import { recordSize } from "@/lib/segments/store";

/** Counts every segment of every project and keeps the day's newest size. One that cannot be counted costs the others nothing. */
export async function countSegments(now: number): Promise<void> {
  const failed: unknown[] = [];
  for (const projectId of await projectIds(pool()))
    for (const id of await segmentIds({ projectId }))
      try {
        await recordSize({ projectId }, id, await countMembersExactly({ projectId }, id, now), now);
      } catch (error) {
        failed.push(error);
      }
  if (failed.length > 0) throw failed[0];
}
