import { redirect } from "next/navigation";
import { requireMember } from "@/lib/auth/guard";

/** A project's bare address leads where a log-in does: to its users. */
export default async function ProjectPage({ params }: { params: Promise<{ project: string }> }) {
  const { project } = await requireMember((await params).project);
  redirect(`/${project.id}/users`);
}
