import "server-only";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { isUuid } from "@/lib/ids";
import { anySegment } from "@/lib/segments/segments.queries";
import { requireMemberOrGuest, requirePage } from "./guard";

/** The guard of a segment's pages: the project of a member and one of its segments, else 404. Once a request. */
export const requireSegment = cache(async (projectId: string, segmentId: string) => {
  const access = await requireMemberOrGuest(projectId);
  const segment = isUuid(segmentId) ? await anySegment(access.scope, segmentId) : null;
  return { ...access, segment: segment ?? notFound() };
});

/** Like requireSegment, for members who may change it; else 404. */
export async function requireSegmentToEdit(projectId: string, segmentId: string) {
  const { scope } = await requirePage(projectId, "edit");
  return { ...(await requireSegment(projectId, segmentId)), scope };
}

/** The guard of the page of a segment of people; redirects one of accounts to its own page. */
export async function requirePeopleSegment(projectId: string, segmentId: string) {
  const { segment, ...access } = await requireSegment(projectId, segmentId);
  if (segment.subject === "accounts") redirect(`/${access.project.id}/segments/${segment.id}/accounts`);
  return { ...access, segment };
}

/** The guard of the page of a segment of accounts. */
export async function requireAccountSegment(projectId: string, segmentId: string) {
  const { segment, ...access } = await requireSegment(projectId, segmentId);
  return { ...access, segment: segment.subject === "accounts" ? segment : notFound() };
}
