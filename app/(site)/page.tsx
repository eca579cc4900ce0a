import { redirect } from "next/navigation";
import { Landing } from "@/components/site/landing";
import { currentMember } from "@/lib/auth/session";
import { projectsOf } from "@/lib/projects/projects.queries";

/** The landing page; members go on to their first project's users. */
export default async function HomePage() {
  const member = await currentMember();
  if (member) {
    const [project] = await projectsOf(member.id);
    redirect(project ? `/${project.id}/users` : "/projects/new");
  }
  return <Landing />;
}
