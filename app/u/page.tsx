import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { toPersonRow } from "@/components/people/row";
import { Choose, Nobody } from "@/components/users/back-office";
import { requireLogin, requireMember } from "@/lib/auth/guard";
import { peopleNamed } from "@/lib/profiles/search/exact-match";
import { projectsOf } from "@/lib/projects/projects.queries";

export const metadata: Metadata = { title: "Find a user" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/**
 * Link target for a customer's back office: /u?email=ada@example.com or /u?id=42 opens that person, after the log-in,
 * in the member's project that has them. `project` names one, if known.
 */
export default async function FindUserPage({ searchParams }: Props) {
  const given = await searchParams;
  const one = (name: string) => (typeof given[name] === "string" ? given[name].trim() : "");
  const wanted = { email: one("email"), id: one("id"), project: one("project") };
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== ""));
  const member = await requireLogin(`/u?${query}`);
  const projects = await projectsOf(member.id);
  const among = wanted.project === "" ? projects : projects.filter(({ id }) => id === wanted.project);
  const found = (
    await Promise.all(
      among.map(async (project) => {
        const { scope } = await requireMember(project.id);
        const people = await peopleNamed(scope, wanted);
        return people.map((person) => ({ ...toPersonRow(person, project.id, Date.now()), projectName: project.name }));
      }),
    )
  ).flat();
  if (found.length === 1) redirect(found[0]?.href ?? "/");
  const text = wanted.email || wanted.id;
  return found.length === 0 ? <Nobody wanted={text} projects={projects} /> : <Choose wanted={text} found={found} />;
}
