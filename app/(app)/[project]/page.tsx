import { notFound, redirect } from "next/navigation";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { isUuid } from "@/lib/ids";

/** A project's root redirects to its users, as after a log-in. Anything else at the top level is a 404. */
export default async function ProjectPage({ params }: { params: Promise<{ project: string }> }) {
  const { project: named } = await params;
  if (!isUuid(named)) notFound();
  const { project } = await requireMemberOrGuest(named);
  redirect(`/${project.id}/users`);
}
