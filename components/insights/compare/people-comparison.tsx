import "server-only";
import { Suspense } from "react";
import { CompareForm } from "@/components/insights/compare/compare-form";
import { ComparisonResult } from "@/components/insights/compare/comparison-result";
import { peopleView } from "@/components/insights/compare/comparison-view";
import { readPeopleChoices } from "@/components/insights/compare/read-choices";
import { queryString } from "@/components/search-params";
import { ErrorMessage } from "@/components/ui/error-message";
import { Skeleton } from "@/components/ui/skeleton";
import { type ComparisonChoice, choiceOf, choiceParams, choiceSchema } from "@/lib/comparison/choice";
import { comparePeople } from "@/lib/comparison/compare";
import type { ComparedRowKind } from "@/lib/comparison/compared-rows";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";

type Rows = { kind: ComparedRowKind | null; all: boolean };

/** Two groups of people side by side, as in the URL. */
export async function PeopleComparison({
  scope,
  searchParams: given,
  ...rows
}: { scope: Scope; searchParams: SearchParams } & Rows) {
  const choices = await readPeopleChoices(scope);
  const searchParams = Object.keys(given).length === 0 ? FIRST : given;
  const { choice, problem } = readChoice(searchParams);
  return (
    <>
      <CompareForm {...choices} shown={searchParams} today={new Date().toISOString().slice(0, 10)} />
      {problem !== null && <ErrorMessage>{problem}</ErrorMessage>}
      {choice !== null && (
        <Suspense key={queryString(choiceParams(choice))} fallback={<Skeleton className="h-96 w-full" />}>
          <Compared scope={scope} choice={choice} {...rows} />
        </Suspense>
      )}
    </>
  );
}

type SearchParams = { [name: string]: string };

/** The default: people who signed up, retained or not, by their first week. */
const FIRST: SearchParams = { pair: "retained", of: "signedUp", days: "7" };

function readChoice(searchParams: SearchParams): { choice: ComparisonChoice | null; problem: string | null } {
  const parsed = choiceSchema.safeParse({ pair: "retained", ...searchParams });
  if (!parsed.success) return { choice: null, problem: parsed.error.issues[0]?.message ?? "This link cannot be read." };
  try {
    return { choice: choiceOf(parsed.data), problem: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { choice: null, problem: error.message };
  }
}

async function Compared({ scope, choice, ...rows }: { scope: Scope; choice: ComparisonChoice } & Rows) {
  try {
    const compared = await comparePeople(scope, choice);
    const shown = peopleView(scope.projectId, choice, compared);
    return <ComparisonResult projectId={scope.projectId} shown={shown} {...rows} />;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return <ErrorMessage>{error.message}</ErrorMessage>;
  }
}
