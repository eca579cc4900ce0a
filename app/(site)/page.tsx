import { redirect } from "next/navigation";
import { Landing } from "@/components/site/landing";
import { currentMember } from "@/lib/auth/session";
import { isHosted } from "@/lib/config";
import { projectsOf } from "@/lib/projects/projects.queries";

/** The landing page; redirects members to the users of their first project. */
export default async function HomePage() {
  const member = await currentMember();
  if (member) {
    const [project] = await projectsOf(member.id);
    redirect(project ? `/${project.id}/users` : "/projects/new");
  }
  return <Landing isHosted={isHosted()} />;
}
