import { redirect } from "next/navigation";
import { requireMemberOrGuest } from "@/lib/auth/guard";

/** /insights redirects to its first tab. */
export default async function InsightsPage({ params }: { params: Promise<{ project: string }> }) {
  const { project } = await requireMemberOrGuest((await params).project);
  redirect(`/${project.id}/insights/lifecycle`);
}
