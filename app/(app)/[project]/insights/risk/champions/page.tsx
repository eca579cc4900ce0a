import type { Metadata } from "next";
import { ChampionOutcomes } from "@/components/insights/champion-outcomes";
import { firstValue, queryString, type SearchParams } from "@/components/search-params";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { CHAMPION_AGO } from "@/lib/risk/champion-record";
import { outcomesOf, SHOWN_OUTCOMES } from "@/lib/risk/outcomes.queries";

export const metadata: Metadata = { title: "What became of accounts with a quiet champion" };

const ROWS = 100;

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

/** The accounts behind a figure of the champions' record: ?shown=flaggedAway&from=100. */
export default async function ChampionRecordPage({ params, searchParams }: Props) {
  const { scope, project } = await requireMemberOrGuest((await params).project);
  const search = await searchParams;
  const shown = SHOWN_OUTCOMES.find((known) => known === firstValue(search, "shown")) ?? "flagged";
  const text = firstValue(search, "from") ?? "";
  const from = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  const outcome = { subject: "champions", ago: CHAMPION_AGO, shown } as const;
  const rows = await outcomesOf(scope, outcome, { from, limit: ROWS + 1 });
  const more =
    rows.length > ROWS
      ? `/${project.id}/insights/risk/champions${queryString({ shown, from: String(from + ROWS) })}`
      : null;
  return <ChampionOutcomes {...{ rows: rows.slice(0, ROWS), shown, projectId: project.id, more }} />;
}
