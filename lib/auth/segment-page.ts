import "server-only";
import { notFound } from "next/navigation";
import { cache } from "react";
import { isUuid } from "@/lib/ids";
import { getSegment } from "@/lib/segments/segments.queries";
import { requireMember, requirePage } from "./guard";

/** The guard of a segment's pages: the project of a member and one of its segments, else 404. Once a request. */
export const requireSegment = cache(async (projectId: string, segmentId: string) => {
  const access = await requireMember(projectId);
  const segment = isUuid(segmentId) ? await getSegment(access.scope, segmentId) : null;
  return { ...access, segment: segment ?? notFound() };
});

/** As requireSegment, for who may change it; else 404. */
export async function requireSegmentToEdit(projectId: string, segmentId: string) {
  const { scope } = await requirePage(projectId, "edit");
  return { ...(await requireSegment(projectId, segmentId)), scope };
}
