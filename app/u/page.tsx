import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { toPersonRow } from "@/components/people/row";
import { ChooseUser, NoUser } from "@/components/users/back-office";
import { acrossProjects, linkParameters } from "@/lib/auth/across-projects";
import { peopleNamed } from "@/lib/profiles/search/exact-match";

export const metadata: Metadata = { title: "Find a user" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/**
 * Link target for a customer's back office: /u?email=ada@example.com or /u?id=42 opens that person, after the log-in,
 * in the member's project that has them. `project` selects one, if given.
 */
export default async function FindUserPage({ searchParams }: Props) {
  const wanted = linkParameters(await searchParams, ["email", "id"]);
  const { projects, found } = await acrossProjects("/u", wanted, async (scope, project) =>
    (await peopleNamed(scope, wanted)).map((person) => ({
      ...toPersonRow(person, project.id, Date.now()),
      projectName: project.name,
    })),
  );
  if (found.length === 1) redirect(found[0]?.href ?? "/");
  const text = wanted.email || wanted.id;
  return found.length === 0 ? <NoUser wanted={text} projects={projects} /> : <ChooseUser wanted={text} found={found} />;
}
