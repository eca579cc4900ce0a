import { notFound, redirect } from "next/navigation";
import { requireMember } from "@/lib/auth/guard";
import { isUuid } from "@/lib/ids";

/** A project's bare address leads where a log-in does: to its users. Any other word at the top is no page. */
export default async function ProjectPage({ params }: { params: Promise<{ project: string }> }) {
  const { project: named } = await params;
  if (!isUuid(named)) notFound();
  const { project } = await requireMember(named);
  redirect(`/${project.id}/users`);
}
