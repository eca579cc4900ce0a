import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { ChooseAccount, NoAccount } from "@/components/accounts/back-office";
import { accountHref } from "@/components/people/account";
import { accountsNamed } from "@/lib/accounts/list/search.queries";
import { requireLogin, requireMember } from "@/lib/auth/guard";
import { projectsOf } from "@/lib/projects/projects.queries";

export const metadata: Metadata = { title: "Find an account" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/**
 * Link target for a customer's back office: /a?id=42 or /a?domain=acme.example opens that account, after the log-in, in
 * the member's project that has it. `project` names one, if known.
 */
export default async function FindAccountPage({ searchParams }: Props) {
  const given = await searchParams;
  const one = (name: string) => (typeof given[name] === "string" ? given[name].trim() : "");
  const wanted = { id: one("id"), domain: one("domain"), project: one("project") };
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== ""));
  const member = await requireLogin(`/a?${query}`);
  const projects = await projectsOf(member.id);
  const among = wanted.project === "" ? projects : projects.filter(({ id }) => id === wanted.project);
  const found = (
    await Promise.all(
      among.map(async (project) => {
        const { scope } = await requireMember(project.id);
        const accounts = await accountsNamed(scope, wanted);
        return accounts.map((account) => ({
          ...account,
          href: accountHref(project.id, account.id),
          projectName: project.name,
        }));
      }),
    )
  ).flat();
  if (found.length === 1) redirect(found[0]?.href ?? "/");
  const text = wanted.id || wanted.domain;
  return found.length === 0 ? (
    <NoAccount wanted={text} projects={projects} />
  ) : (
    <ChooseAccount wanted={text} found={found} />
  );
}
