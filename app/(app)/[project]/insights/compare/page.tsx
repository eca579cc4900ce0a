import { Scale } from "lucide-react";
import type { Metadata } from "next";
import { NothingYet } from "@/components/app/nothing-yet";
import { AccountComparison } from "@/components/insights/compare/account-comparison";
import { PeopleComparison } from "@/components/insights/compare/people-comparison";
import { PEOPLE_OR_ACCOUNTS, WhoSwitch } from "@/components/insights/who-switch";
import { firstValue, queryString, type SearchParams } from "@/components/search-params";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { accountChoiceSchema } from "@/lib/comparison/account-groups";
import { choiceSchema } from "@/lib/comparison/choice";
import { ROW_KINDS } from "@/lib/comparison/compared-rows";
import { newestEvent } from "@/lib/timeline/recent-events.queries";

export const metadata: Metadata = { title: "Compare" };

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

export default async function ComparePage({ params, searchParams }: Props) {
  const { scope, project } = await requireMemberOrGuest((await params).project);
  if ((await newestEvent(scope)) === null) return <NothingYet icon={Scale} projectId={project.id} on="compare" />;
  const search = await searchParams;
  const rows = {
    kind: ROW_KINDS.find((known) => known === firstValue(search, "kind")) ?? null,
    all: firstValue(search, "all") === "1",
  };
  const path = `/${project.id}/insights/compare`;
  const ofAccounts = firstValue(search, "of") === "accounts";
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5 px-4 py-5 sm:px-6">
      <div className="justify-self-start">
        <WhoSwitch
          who={ofAccounts ? "accounts" : "people"}
          labels={PEOPLE_OR_ACCOUNTS}
          hrefOf={(who) => path + queryString({ of: who === "accounts" ? who : undefined })}
        />
      </div>
      {ofAccounts ? (
        <AccountComparison scope={scope} searchParams={paramsIn(search, accountChoiceSchema.shape)} {...rows} />
      ) : (
        <PeopleComparison scope={scope} searchParams={paramsIn(search, choiceSchema.shape)} {...rows} />
      )}
    </div>
  );
}

const paramsIn = (search: SearchParams, shape: object) =>
  Object.fromEntries(
    Object.keys(shape).flatMap((name) => {
      const value = firstValue(search, name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
