import { pool } from "@/lib/db/pool";
import { clearAside, setAside } from "@/lib/debugger/set-aside.store";
import { describeFault } from "@/lib/faults/data-fault";
import { isolating } from "@/lib/faults/isolate";
import { logFault } from "@/lib/faults/log";
import { projectIds } from "@/lib/profiles/facts/facts.queries";
import { jobReader } from "@/lib/scope";
import { countMembersExactly } from "@/lib/segments/members.queries";
import { segmentIds } from "@/lib/segments/segments.queries";
import { recordSize } from "@/lib/segments/segments.store";

/**
 * Counts every segment of every project and records its size as that of the day. A segment that cannot be counted is
 * set aside until the next run.
 */
export async function countSegments(now: number): Promise<void> {
  for (const projectId of await projectIds(pool()))
    for (const id of await segmentIds(jobReader(projectId))) {
      let isCounted = true;
      const count = async () =>
        recordSize({ projectId }, id, await countMembersExactly(jobReader(projectId), id, now), now);
      await isolating([id], count, (_, error) => {
        isCounted = false;
        logFault("segments: one could not be counted and is set aside", error);
        return setAside(pool(), projectId, "segments", id, describeFault(error), now);
      });
      if (isCounted) await clearAside(pool(), projectId, "segments", [id]);
    }
}
