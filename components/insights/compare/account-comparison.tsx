import "server-only";
import { AccountCompareForm } from "@/components/insights/compare/account-form";
import { ComparisonResult } from "@/components/insights/compare/comparison-result";
import { accountsView } from "@/components/insights/compare/comparison-view";
import { readAccountChoices } from "@/components/insights/compare/read-choices";
import { ErrorMessage } from "@/components/ui/error-message";
import { accountChoiceOf, accountChoiceSchema } from "@/lib/comparison/account-groups";
import { compareAccounts } from "@/lib/comparison/compare-accounts";
import type { ComparedRowKind } from "@/lib/comparison/compared-rows";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";

type Props = {
  scope: Scope;
  searchParams: { [name: string]: string | undefined };
  kind: ComparedRowKind | null;
  all: boolean;
};

/** Two groups of accounts side by side, as in the URL. */
export async function AccountComparison({ scope, searchParams, kind, all }: Props) {
  const segments = await readAccountChoices(scope);
  const parsed = accountChoiceSchema.safeParse(searchParams);
  const shown = parsed.success ? parsed.data : accountChoiceSchema.parse({});
  return (
    <>
      <AccountCompareForm
        segments={segments}
        shown={{ pair: shown.pair, a: shown.a, b: shown.b, days: Number(shown.days ?? 30) }}
      />
      {parsed.success ? (
        <Compared scope={scope} query={parsed.data} kind={kind} all={all} />
      ) : (
        <ErrorMessage>{parsed.error.issues[0]?.message ?? "This link cannot be read."}</ErrorMessage>
      )}
    </>
  );
}

type ComparedProps = Omit<Props, "searchParams"> & { query: Parameters<typeof accountChoiceOf>[0] };

async function Compared({ scope, query, ...rows }: ComparedProps) {
  try {
    const choice = accountChoiceOf(query);
    const compared = await compareAccounts(scope, choice);
    return (
      <ComparisonResult projectId={scope.projectId} shown={accountsView(scope.projectId, choice, compared)} {...rows} />
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return <ErrorMessage>{error.message}</ErrorMessage>;
  }
}
