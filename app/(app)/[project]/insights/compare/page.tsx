import { Scale } from "lucide-react";
import type { Metadata } from "next";
import { Suspense } from "react";
import { NothingYet } from "@/components/app/nothing-yet";
import { CompareForm } from "@/components/insights/compare/compare-form";
import { ComparisonResult } from "@/components/insights/compare/comparison-result";
import { one, query, type SearchParams } from "@/components/search-params";
import { Alert } from "@/components/ui/alert";
import { Skeleton } from "@/components/ui/skeleton";
import { requireMember } from "@/lib/auth/guard";
import { type Choice, choiceOf, choiceParams, choiceQuery } from "@/lib/comparison/choice";
import { compare } from "@/lib/comparison/compare";
import { ROW_KINDS } from "@/lib/comparison/compared-rows";
import { AppError } from "@/lib/errors";
import { conversionNames, eventDisplays } from "@/lib/events/events.queries";
import type { Scope } from "@/lib/scope";
import { listSegments } from "@/lib/segments/segments.queries";
import { newestEvent } from "@/lib/timeline/recent-events.queries";

export const metadata: Metadata = { title: "Compare" };

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

export default async function ComparePage({ params, searchParams }: Props) {
  const { scope, project } = await requireMember((await params).project);
  if ((await newestEvent(scope)) === null) return <NothingYet icon={Scale} projectId={project.id} what="event" />;
  const search = await searchParams;
  const [segments, displays] = await Promise.all([listSegments(scope), eventDisplays(scope)]);
  const asked = askedIn(search);
  const { choice, problem } = readChoice(asked);
  const kind = ROW_KINDS.find((known) => known === one(search, "kind")) ?? null;
  const all = one(search, "all") === "1";
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5 px-4 py-5 sm:px-6">
      <CompareForm
        segments={segments.map(({ id, name }) => ({ id, name }))}
        conversions={conversionNames(displays)}
        shown={asked}
        today={new Date().toISOString().slice(0, 10)}
      />
      {problem !== null && <Alert>{problem}</Alert>}
      {choice !== null && (
        <Suspense key={query(choiceParams(choice))} fallback={<Skeleton className="h-96 w-full" />}>
          <Result scope={scope} choice={choice} kind={kind} all={all} />
        </Suspense>
      )}
    </div>
  );
}

type Shown = { kind: (typeof ROW_KINDS)[number] | null; all: boolean };

async function Result({ scope, choice, ...shown }: { scope: Scope; choice: Choice } & Shown) {
  try {
    const compared = await compare(scope, choice);
    return <ComparisonResult projectId={scope.projectId} choice={choice} compared={compared} {...shown} />;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return <Alert>{error.message}</Alert>;
  }
}

type Asked = { [name: string]: string };

/** The default: people who signed up, retained or not, by their first week. */
const FIRST: Asked = { pair: "retained", of: "signedUp", days: "7" };

function askedIn(search: SearchParams): Asked {
  const given = Object.keys(choiceQuery.shape).flatMap((name) => {
    const value = one(search, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return given.length === 0 ? FIRST : Object.fromEntries(given);
}

function readChoice(asked: Asked): { choice: Choice | null; problem: string | null } {
  const parsed = choiceQuery.safeParse({ pair: "retained", ...asked });
  if (!parsed.success) return { choice: null, problem: parsed.error.issues[0]?.message ?? "This link cannot be read." };
  try {
    return { choice: choiceOf(parsed.data), problem: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { choice: null, problem: error.message };
  }
}
