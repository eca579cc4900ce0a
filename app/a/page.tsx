import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { ChooseAccount, NoAccount } from "@/components/accounts/back-office";
import { accountHref } from "@/components/people/account";
import { accountsByIdOrDomain } from "@/lib/accounts/list/search.queries";
import { acrossProjects, linkParameters } from "@/lib/auth/across-projects";

export const metadata: Metadata = { title: "Find an account" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/**
 * Link target for a customer's back office: /a?id=42 or /a?domain=acme.example opens that account, after the log-in, in
 * the member's project that has it. `project` selects one, if given.
 */
export default async function FindAccountPage({ searchParams }: Props) {
  const wanted = linkParameters(await searchParams, ["id", "domain"]);
  const { projects, found } = await acrossProjects("/a", wanted, async (scope, project) =>
    (await accountsByIdOrDomain(scope, wanted)).map((account) => ({
      ...account,
      href: accountHref(project.id, account.id),
      projectName: project.name,
    })),
  );
  if (found.length === 1) redirect(found[0]?.href ?? "/");
  const text = wanted.id || wanted.domain;
  return found.length === 0 ? (
    <NoAccount wanted={text} projects={projects} />
  ) : (
    <ChooseAccount wanted={text} found={found} />
  );
}
